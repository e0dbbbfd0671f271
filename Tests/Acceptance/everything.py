"""Every acceptance test: those that mostly wait run beside the others, those that measure run alone, and at most two that failed
get a second chance, which is told loudly. See README.md. Logs are in `.build/acceptance`."""

from __future__ import annotations

import os
import pathlib
import signal
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).parent
LOGS = HERE.parents[1] / ".build" / "acceptance"
MOST_FORGIVEN, TRIES = 2, 3
PASSED, FAILED = 0, 1  # pytest's; anything else is no result at all


def pytest_runtest_logreport(report):
    """This file is a plugin of the pytests that it starts: each notes what failed in it."""
    if report.failed and (path := os.environ.get("SWITCHYARD_FAILURES")):
        with open(path, "a") as file:
            file.write(report.nodeid + "\n")


class Part:
    """A pytest of its own. Only one shows what it says while it runs."""

    def __init__(self, name: str, *arguments: str, shown: bool = True):
        self.name, self.log, self._failures = name, LOGS / f"{name}.log", LOGS / f"{name}.failed"
        self._failures.unlink(missing_ok=True)
        self._output, self._shown = self.log.open("wb"), shown
        self._process = subprocess.Popen(
            [sys.executable, "-u", "-m", "pytest", "-p", "no:cacheprovider", "-p", "everything", *arguments],
            cwd=HERE,
            env={**os.environ, "PYTHONPATH": str(pathlib.Path(__file__).parent), "SWITCHYARD_FAILURES": str(self._failures)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE if shown else self._output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def wait(self) -> int:
        if self._shown:
            while piece := self._process.stdout.read1(65536):
                self._output.write(piece)
                self._output.flush()
                sys.stdout.buffer.write(piece)
                sys.stdout.flush()
        status = self._process.wait()
        if not self._shown:
            say(f"\nMeanwhile ({self.name}):\n" + self.log.read_text(errors="replace"))
        return status

    def failures(self) -> list[str]:
        """Each test that failed, once."""
        return list(dict.fromkeys(self._failures.read_text().splitlines())) if self._failures.exists() else []

    def end(self):
        """Lets it end what it has started."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
            self._process.wait()


def say(text: str):
    print(text, flush=True)


def second_chance(failed: dict[str, pathlib.Path], running: list[Part]) -> bool:
    """Whether each of them passes as often as it is tried."""
    for number in range(1, TRIES + 1):
        say(f"\nOnce more, {number} of {TRIES}: " + " ".join(failed))
        running.append(Part(f"again-{number}", *failed))
        if running[-1].wait() != PASSED:
            return False
    say("\n" + "!" * 100)
    say(f"!!  PASSED ONLY AT A SECOND LOOK. Each of these failed once and then passed {TRIES} times. It is a defect to be mended:")
    for test, log in failed.items():
        say(f"!!    {test}\n!!      how it failed is told in {log}")
    say("!" * 100)
    return True


def run(running: list[Part]) -> int:
    began = time.monotonic()
    running += [
        Part("minutes", "-m", "minutes", shown=False),
        Part("waiting", "-m", "waits and not minutes and not alone", shown=False),
        Part("working", "-m", "not waits and not alone"),
    ]
    statuses = [part.wait() for part in reversed(running)]
    say("\nThose that measure, with the machine to themselves:")
    running.append(Part("measuring", "-m", "alone"))
    statuses.append(running[-1].wait())
    failed = {test: part.log for part in running for test in part.failures()}
    say(f"\n{time.monotonic() - began:.0f} s in all; {len(failed)} failed" + "".join(f"\n  {test}" for test in failed))
    if all(status == PASSED for status in statuses):
        return 0
    if any(status not in (PASSED, FAILED) for status in statuses) or not 0 < len(failed) <= MOST_FORGIVEN:
        return 1
    return 0 if second_chance(failed, running) else 1


def main() -> int:
    LOGS.mkdir(parents=True, exist_ok=True)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    running: list[Part] = []
    try:
        return run(running)
    finally:
        for part in running:
            part.end()


if __name__ == "__main__":
    sys.exit(main())
