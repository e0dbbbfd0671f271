"""Requests that start together."""

import concurrent.futures
import threading


def at_once(count, ask):
    """Runs `ask` `count` times at the same moment."""
    gate = threading.Barrier(count)

    def wait_and_ask(_):
        gate.wait(10)
        return ask()

    with concurrent.futures.ThreadPoolExecutor(count) as pool:
        return list(pool.map(wait_and_ask, range(count)))
