"""Wrong clocks: `skewed(folder, seconds)` is what a gateway's environment needs for one."""

from __future__ import annotations

import pathlib
import subprocess

from .mariadb import program


def skewed(folder: pathlib.Path, seconds: int) -> dict:
    library = folder / "skewed_clock.so"
    if not library.exists():
        source = pathlib.Path(__file__).with_name("skewed_clock.c")
        done = subprocess.run(
            [program("cc", "gcc", "clang"), "-shared", "-fPIC", "-O1", "-o", str(library), str(source), "-ldl"],
            capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
    return {"LD_PRELOAD": str(library), "SKEW": str(seconds)}
