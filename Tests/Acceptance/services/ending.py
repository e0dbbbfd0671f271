"""How a test's server ends."""

from __future__ import annotations

import signal
import subprocess


def end(process: subprocess.Popen, seconds: float) -> bool:
    """Asks it to end, also where it is frozen, and kills it if it does not. Returns whether it ended by itself in time."""
    process.send_signal(signal.SIGCONT)
    process.terminate()
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        return False
    return True
