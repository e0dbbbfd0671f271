#!/usr/bin/env python3
"""Counts what a request and a streamed event cost the governed gateway in a user's instructions. See README.md beside.

    Benchmarks/instructions.py [whole paced flood] [--profile FILE]
"""

from __future__ import annotations

import argparse
import json
import os
import pathlib
import re
import subprocess
import tempfile

from bench import BUILT, HERE, request_file
from subjects import Governed, free_port, wait_for_port

# What the load program is asked for, and the name of its count.
CASES = {
    "whole": ("whole", "", (64, 8), "completed"),
    "paced": ("stream", "64-20", (40, 3, 1000), "events"),
    "flood": ("stream", "64-0", (32, 10, 0), "events"),
}


class Counted(Governed):
    """Governed, under callgrind."""

    patience = 120

    def prepare(self):
        super().prepare()
        self.environment["LD_PRELOAD"] = str(BUILT / "sigsuspend.so")

    def command(self):
        # This valgrind stumbles over the compiler's debug information; the names of functions are all it needs.
        binary = self.folder / "switchyard"
        subprocess.run(["strip", "--strip-debug", "-o", binary, os.environ["SWITCHYARD_BINARY"]], check=True)
        return ["valgrind", "--tool=callgrind", "--callgrind-out-file=callgrind.out", str(binary), "serve"]

    def control(self, option: str):
        subprocess.run(["callgrind_control", option, str(self.process.pid)], check=True, capture_output=True)

    def dump(self) -> pathlib.Path:
        self.control("--dump")
        return max(self.folder.glob("callgrind.out.*"), key=lambda file: file.stat().st_mtime)


def ask(subject: Counted, case: str, folder: pathlib.Path) -> dict:
    kind, stream, numbers, _ = CASES[case]
    file = request_file(folder, subject, 1024, stream)
    command = [str(BUILT / "load"), kind, str(subject.port), str(file), *map(str, numbers)]
    return json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("cases", nargs="*", help=", ".join(CASES))
    parser.add_argument("--profile", help="keep the last case's counts here, for callgrind_annotate")
    options = parser.parse_args()
    os.environ.setdefault("SWITCHYARD_BINARY", str(HERE.parent / ".build/release/switchyard"))
    shim = str(HERE / "valgrind/sigsuspend.c")
    subprocess.run(["cc", "-shared", "-fPIC", "-O2", "-o", BUILT / "sigsuspend.so", shim], check=True)
    port = free_port()
    upstream = subprocess.Popen([str(BUILT / "upstream"), str(port)])
    try:
        wait_for_port(port)
        folder = pathlib.Path(tempfile.mkdtemp(prefix="switchyard-requests-"))
        with Counted(port, 0) as subject:
            for case in options.cases or CASES:
                ask(subject, case, folder)  # warm
                subject.control("--zero")
                result = ask(subject, case, folder)
                dump = subject.dump()
                text = dump.read_text()
                spent = int(re.search(r"^totals: (\d+)$", text, re.M)[1])
                count = result[CASES[case][3]]
                print(f"{case}: {spent / count:.0f} each of {count}; {result['failed']} failed", flush=True)
                if options.profile:
                    pathlib.Path(options.profile).write_text(text)
    finally:
        upstream.terminate()
        upstream.wait()


if __name__ == "__main__":
    main()
