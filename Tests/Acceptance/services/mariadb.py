"""A MariaDB of its own: `MariaDB(folder).start()`; also `python -m services.mariadb FOLDER`, which runs until it is ended."""

from __future__ import annotations

import os
import pathlib
import secrets
import shutil
import signal
import subprocess
import sys
import time

from .ending import end
from .ports import free_port


def program(*names: str) -> str:
    for name in names:
        if found := shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin"):
            return found
    raise FileNotFoundError(f"{names[0]} is missing: apt-get install mariadb-server")


class MariaDB:
    """A server with one database and one user with a password, who may do everything in it."""

    user = "switchyard"
    database = "switchyard"

    def __init__(self, folder: pathlib.Path, port: int | None = None, options: list[str] | None = None):
        self.folder = pathlib.Path(folder)
        self.port = port or free_port()
        self.password = "p@ss/" + secrets.token_urlsafe(12)
        self.options = options or []
        self.process: subprocess.Popen | None = None

    # Life

    def start(self, seconds: float = 120) -> MariaDB:
        """Starts it on the data it had; the first time that is made."""
        if not (self.folder / "data").exists():
            self._install()
        with (self.folder / "server.log").open("ab") as log:
            self.process = subprocess.Popen(
                [
                    *self._program(),
                    *(["--user=root"] if os.geteuid() == 0 else []),
                    f"--datadir={self.folder / 'data'}",
                    f"--tmpdir={self.folder / 'data'}",
                    f"--socket={self.socket}",
                    f"--pid-file={self.folder / 'pid'}",
                    f"--init-file={self.folder / 'init.sql'}",
                    "--bind-address=127.0.0.1",
                    f"--port={self.port}",
                    "--skip-name-resolve",
                    "--innodb-buffer-pool-size=64M",
                    "--performance-schema=OFF",
                    *self.options,
                ],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        limit = time.monotonic() + seconds
        while not self.answers():
            assert self.process.poll() is None, "MariaDB ended at once:\n" + self.log_tail()
            assert time.monotonic() < limit, f"MariaDB did not answer within {seconds} s:\n" + self.log_tail()
            time.sleep(0.05)
        return self

    def _program(self) -> list[str]:
        return [program("mariadbd", "mysqld"), "--no-defaults", "--innodb-log-file-size=16M"]

    def _install_command(self) -> list[str]:
        return [
            program("mariadb-install-db", "mysql_install_db"),
            "--no-defaults",
            f"--tmpdir={self.folder}",
            "--auth-root-authentication-method=normal",
            "--skip-test-db",
        ]

    def _install(self):
        self.folder.mkdir(parents=True, exist_ok=True)
        root = ["--user=root"] if os.geteuid() == 0 else []
        command = [*self._install_command(), *root, f"--datadir={self.folder / 'data'}"]
        done = subprocess.run(command, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        init = self.folder / "init.sql"
        init.touch(mode=0o600)
        init.write_text(
            f"CREATE DATABASE IF NOT EXISTS {self.database} CHARACTER SET utf8mb4;\n"
            f"CREATE USER IF NOT EXISTS '{self.user}'@'%' IDENTIFIED BY '{self.password}';\n"
            f"GRANT ALL ON {self.database}.* TO '{self.user}'@'%';\n"
            f"ALTER USER 'root'@'localhost' IDENTIFIED BY '{self.password}';\n"
        )

    @property
    def socket(self) -> str:
        # Beside the folder where a path that is too long for a socket would not do.
        return f"/tmp/switchyard-{os.getpid()}-{self.port}.sock"

    def answers(self) -> bool:
        return self._client("SELECT 1", check=False).returncode == 0

    def signal(self, number: signal.Signals):
        os.kill(self.process.pid, number)

    def freeze(self):
        """A server that takes connections and never answers."""
        self.signal(signal.SIGSTOP)

    def thaw(self):
        self.signal(signal.SIGCONT)

    def kill9(self):
        self.process.kill()
        self.process.wait()
        self.process = None

    def stop(self, seconds: float = 60):
        if self.process is None:
            return
        process, self.process = self.process, None
        end(process, seconds)

    def log_tail(self) -> str:
        return "\n".join((self.folder / "server.log").read_text(errors="replace").splitlines()[-20:])

    # Use

    def make_database(self, options: str = "") -> str:
        """A new, empty database of its own; its URL."""
        name = "test_" + secrets.token_hex(6)
        self.query(f"CREATE DATABASE {name}; GRANT ALL ON {name}.* TO '{self.user}'@'%'", user="root")
        return self.url(database=name, options=options)

    def url(self, user: str | None = None, password: str | None = None, database: str | None = None, options="") -> str:
        from urllib.parse import quote

        name = quote(user or self.user, safe="")
        secret = quote(self.password if password is None else password, safe="")
        return f"mysql://{name}:{secret}@127.0.0.1:{self.port}/{database or self.database}{options}"

    def query(self, sql: str, user: str | None = None, database: str | None = None) -> list[list[str]]:
        """The rows of an answer, as text; as `root` where a test needs more rights."""
        done = self._client(f"USE {database}; {sql}" if database else sql, user=user)
        return [line.split("\t") for line in done.stdout.splitlines()]

    def _client(self, sql: str, user: str | None = None, check: bool = True) -> subprocess.CompletedProcess:
        local = [f"--socket={self.socket}"] if user == "root" else ["-h127.0.0.1", f"-P{self.port}", "--protocol=tcp"]
        done = subprocess.run(
            [program("mariadb", "mysql"), "--no-defaults", "-N", "-B", f"-u{user or self.user}", *local]
            + ([] if user == "root" else [self.database])
            + ["--connect-timeout=10"],
            input=sql,
            env={**os.environ, "MYSQL_PWD": self.password},
            capture_output=True,
            text=True,
        )
        assert not check or done.returncode == 0, done.stderr
        return done

    def session(self) -> Session:
        """A connection of root's that stays, in a `with`."""
        command = [program("mariadb", "mysql"), "--no-defaults", "-N", "-B", "-n", "-uroot", f"--socket={self.socket}", self.database]
        return Session(command, {**os.environ, "MYSQL_PWD": self.password})


class Session:
    """Its transaction stays open from one `run` to the next. Closing it rolls back."""

    def __init__(self, command: list[str], env: dict):
        self._process = subprocess.Popen(
            command, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def run(self, sql: str) -> list[list[str]]:
        """The rows of these statements, when the last of them has ended. An error ends the session."""
        end, rows = "end " + secrets.token_hex(4), []
        self._process.stdin.write(f"{sql};\nSELECT '{end}';\n")
        self._process.stdin.flush()
        while (line := self._process.stdout.readline().rstrip("\n")) != end:
            assert line or self._process.poll() is None, f"MariaDB ended the session: {rows}"
            rows.append(line.split("\t"))
        return rows

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *_):
        self._process.kill()
        self._process.wait()
        self._process.stdin.close()
        self._process.stdout.close()


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: python -m services.mariadb FOLDER   prints the URL, runs until SIGTERM or Ctrl-C")
    server = MariaDB(pathlib.Path(sys.argv[1])).start()
    try:
        print(server.url(), flush=True)
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        signal.pause()
    except KeyboardInterrupt:
        pass
    finally:
        server.stop()


if __name__ == "__main__":
    main()
