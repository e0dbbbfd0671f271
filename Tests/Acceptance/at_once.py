"""Requests that start together."""

import concurrent.futures
import threading
import time


def at_once(count, ask):
    """Runs `ask` `count` times at the same moment."""
    gate = threading.Barrier(count)

    def wait_and_ask(_):
        gate.wait(60)
        return ask()

    with concurrent.futures.ThreadPoolExecutor(count) as pool:
        return list(pool.map(wait_and_ask, range(count)))


def at_once_until(count, ask, busy, released):
    """The same, where `busy` of them get no answer before the event `released` is set: which is when all others have theirs."""
    gate = threading.Barrier(count)

    def wait_and_ask():
        gate.wait(60)
        return ask()

    with concurrent.futures.ThreadPoolExecutor(count) as pool:
        asked = [pool.submit(wait_and_ask) for _ in range(count)]
        end = time.monotonic() + 60
        while sum(each.done() for each in asked) < count - busy and time.monotonic() < end:
            time.sleep(0.01)
        released.set()
    return [each.result() for each in asked]
