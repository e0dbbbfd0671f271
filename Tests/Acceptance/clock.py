"""Time on machines that are busy with other things: the ends of the windows in which limits count, and what must be quick."""

import functools
import time

import pytest


class TooSlow(AssertionError):
    """A bound was missed, which may be the machine's fault."""


def soon(began: float, seconds: float):
    """No more than so many seconds have passed since then (`time.monotonic`). Used in tests that are `by_the_clock`."""
    taken = time.monotonic() - began
    if taken > seconds:
        raise TooSlow(f"{taken:.2f} s, not {seconds}")


def by_the_clock(test):
    """Such a test measures. It runs `alone`, and is begun anew when it was `TooSlow`, four times: what stalls a machine passes, what
    is slow stays."""

    @functools.wraps(test)
    def measured(*arguments, **fixtures):
        for _ in range(4):
            try:
                return test(*arguments, **fixtures)
            except TooSlow as slow:
                print("once more:", slow)
        return test(*arguments, **fixtures)

    return pytest.mark.alone(measured)


def in_one_minute(act):
    """Decorates what must happen within one minute of the calendar; it is done once more when a minute ended in between, so it
    must begin with a token of its own."""

    @functools.wraps(act)
    def within(*arguments, **fixtures):
        while True:
            minute = time.time() // 60
            try:
                result = act(*arguments, **fixtures)
            except AssertionError:
                if time.time() // 60 == minute:
                    raise
            else:
                if time.time() // 60 == minute:
                    return result

    return within


def away_from_the_end_of_the_day(needed: float = 60):
    left = 86400 - time.time() % 86400
    if left < needed:
        time.sleep(left + 0.1)
