"""A bound on the CPU of one process, by a control group of its own."""

from __future__ import annotations

import contextlib
import os
import pathlib

ROOTS = (pathlib.Path("/sys/fs/cgroup/cpu"), pathlib.Path("/sys/fs/cgroup"))
PERIOD = 10_000  # microseconds: a process that has had its share waits a part of that


class Quota:
    """`share` of a core, while the `with` lasts; nothing where groups cannot be made."""

    def __init__(self, pid: int, share: float):
        self.pid, self.share = pid, share
        self.folder: pathlib.Path | None = None

    @staticmethod
    def root() -> pathlib.Path | None:
        for root in ROOTS:
            is_there = (root / "cpu.cfs_quota_us").exists() or "cpu" in _words(root / "cgroup.subtree_control")
            if is_there and os.access(root, os.W_OK):
                return root
        return None

    @staticmethod
    def is_possible() -> bool:
        return Quota.root() is not None

    def __enter__(self) -> Quota:
        if root := self.root():
            folder = root / f"switchyard-benchmark-{self.pid}"
            with contextlib.suppress(OSError):
                folder.mkdir()
                self.folder = folder
                amount = int(self.share * PERIOD)
                if (folder / "cpu.max").exists():
                    (folder / "cpu.max").write_text(f"{amount} {PERIOD}")
                else:
                    (folder / "cpu.cfs_period_us").write_text(str(PERIOD))
                    (folder / "cpu.cfs_quota_us").write_text(str(amount))
                (folder / "cgroup.procs").write_text(str(self.pid))
        return self

    def __exit__(self, *_):
        """The process leaves its group, which is taken away."""
        if self.folder:
            with contextlib.suppress(OSError):
                (self.folder.parent / "cgroup.procs").write_text(str(self.pid))
            with contextlib.suppress(OSError):
                self.folder.rmdir()


def _words(file: pathlib.Path) -> list[str]:
    with contextlib.suppress(OSError):
        return file.read_text().split()
    return []
