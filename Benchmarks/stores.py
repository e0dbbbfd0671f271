"""Redis and MariaDB for the benchmarks, on one core, and what they say of their work."""

from __future__ import annotations

import base64
import os
import pathlib
import secrets
import shutil
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "Tests/Acceptance"))
from services.mariadb import MariaDB  # noqa: E402
from services.redis import Redis  # noqa: E402

TICKS = os.sysconf("SC_CLK_TCK")


def process_seconds(pid: int) -> float:
    """User and system time of a process with all its threads."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


class Stores:
    """Both write what they take to disk as they do in production: MariaDB at each commit, Redis within a second."""

    def __init__(self, core: int):
        self.core = core
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="switchyard-stores-"))
        options = ["--innodb-buffer-pool-size=512M", "--innodb-log-file-size=256M", "--innodb-flush-log-at-trx-commit=1"]
        self.mariadb = MariaDB(self.folder / "mariadb", options=options)
        self.redis = Redis(self.folder / "redis")
        self.master_key = base64.b64encode(secrets.token_bytes(32)).decode()
        self.tokens: list[str] = []  # of the users that the first node made
        self.version = ""

    def __enter__(self) -> Stores:
        before = os.sched_getaffinity(0)
        # What is started now inherits the core.
        os.sched_setaffinity(0, {self.core})
        try:
            self.mariadb.start()
            self.redis.start()
        except BaseException:
            self.__exit__()
            raise
        finally:
            os.sched_setaffinity(0, before)
        database = self.mariadb.query("SELECT VERSION()")[0][0].split("-")[0]
        self.version = f"MariaDB {database}, Redis {self._redis_info('server')['redis_version']}"
        return self

    def __exit__(self, *_):
        self.redis.stop()
        self.mariadb.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _redis_info(self, section: str) -> dict[str, str]:
        return dict(line.split(":", 1) for line in self.redis.ask("INFO", section).splitlines() if ":" in line)

    def counters(self) -> dict[str, float]:
        """All of them only grow: what was done is the difference of two readings."""
        stats, commands = self._redis_info("stats"), self._redis_info("commandstats")
        scripts = commands.get("cmdstat_evalsha", "calls=0").split(",")[0].removeprefix("calls=")
        names = ("Com_insert", "Com_commit", "Questions", "Innodb_os_log_written", "Innodb_data_fsyncs")
        quoted = ",".join(f"'{name}'" for name in names)
        status = {
            name.lower(): int(value)
            for name, value in self.mariadb.query(f"SHOW GLOBAL STATUS WHERE Variable_name IN ({quoted})")
        }
        return {
            "redis cpu": process_seconds(self.redis.process.pid),
            "mariadb cpu": process_seconds(self.mariadb.process.pid),
            "scripts": int(scripts),
            "reads": int(stats["total_reads_processed"]),
            "commits": status["com_commit"],
            "inserts": status["com_insert"],
            "statements": status["questions"],
            "log bytes": status["innodb_os_log_written"],
            "fsyncs": status["innodb_data_fsyncs"],
        }
