"""Limits count in calendar windows: a test must not begin where one is about to end."""

import time


def away_from_the_end_of_the_minute(needed: float = 6):
    left = 60 - time.time() % 60
    if left < needed:
        time.sleep(left + 0.1)


def away_from_the_end_of_the_day(needed: float = 20):
    left = 86400 - time.time() % 86400
    if left < needed:
        time.sleep(left + 0.1)
