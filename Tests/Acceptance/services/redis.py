"""A Redis of its own: `Redis(folder).start()`; also `python -m services.redis FOLDER`, which runs until it is ended."""

from __future__ import annotations

import os
import pathlib
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time

from .ending import end
from .ports import free_port


def program() -> str:
    if found := shutil.which("redis-server", path=os.environ.get("PATH", "") + ":/usr/local/bin"):
        return found
    raise FileNotFoundError("redis-server is missing: apt-get install redis-server")


class Redis:
    """A server with a password. Without `persistent` a restart loses its memory; with it the file is left to the kernel, which
    survives a kill -9 of the server, and no busy disk holds up an answer."""

    def __init__(self, folder: pathlib.Path, port: int | None = None, persistent: bool = True, options=()):
        self.folder = pathlib.Path(folder)
        self.port = port or free_port()
        self.password = secrets.token_urlsafe(18)
        self.persistent, self.options = persistent, list(options)
        self.process: subprocess.Popen | None = None

    @property
    def url(self) -> str:
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    # Life

    def start(self, seconds: float = 60) -> Redis:
        self.folder.mkdir(parents=True, exist_ok=True)
        config = self.folder / "redis.conf"
        config.touch(mode=0o600)
        config.write_text(
            f"bind 127.0.0.1\nport {self.port}\nrequirepass {self.password}\ndir {self.folder}\nsave \"\"\n"
            f"appendonly {'yes' if self.persistent else 'no'}\nappendfsync no\n" + "".join(f"{o}\n" for o in self.options)
        )
        with (self.folder / "server.log").open("ab") as log:
            self.process = subprocess.Popen(
                [program(), str(config)], stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.folder
            )
        limit = time.monotonic() + seconds
        while not self.answers():
            assert self.process.poll() is None, "Redis ended at once:\n" + self.log_tail()
            assert time.monotonic() < limit, f"Redis did not answer within {seconds} s:\n" + self.log_tail()
            time.sleep(0.02)
        return self

    def answers(self) -> bool:
        try:
            return self.ask("PING") == "PONG"
        except (OSError, RuntimeError):
            return False

    def freeze(self):
        """A server that takes connections and never answers."""
        os.kill(self.process.pid, signal.SIGSTOP)

    def thaw(self):
        os.kill(self.process.pid, signal.SIGCONT)

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

    def ask(self, *words: str):
        """One command, on a connection of its own. Raises `RuntimeError` with Redis's own words when it refuses."""
        with socket.create_connection(("127.0.0.1", self.port), 10) as connection:
            stream = connection.makefile("rwb")
            for command in (("AUTH", self.password), words):
                parts = [f"*{len(command)}\r\n".encode()]
                for word in command:
                    raw = word.encode()
                    parts.append(b"$%d\r\n%s\r\n" % (len(raw), raw))
                stream.write(b"".join(parts))
            stream.flush()
            _read(stream)
            return _read(stream)


def _read(stream):
    line = stream.readline()
    if not line.endswith(b"\r\n"):
        raise ConnectionError("Redis closed the connection")
    kind, rest = line[:1], line[1:-2].decode()
    if kind == b"-":
        raise RuntimeError(rest)
    if kind == b"+":
        return rest
    if kind == b":":
        return int(rest)
    if kind == b"$":
        return None if rest == "-1" else stream.read(int(rest) + 2)[:-2].decode("utf-8", "replace")
    return None if rest == "-1" else [_read(stream) for _ in range(int(rest))]


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: python -m services.redis FOLDER   prints the URL, runs until SIGTERM or Ctrl-C")
    server = Redis(pathlib.Path(sys.argv[1])).start()
    try:
        print(server.url, flush=True)
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        signal.pause()
    except KeyboardInterrupt:
        pass
    finally:
        server.stop()


if __name__ == "__main__":
    main()
