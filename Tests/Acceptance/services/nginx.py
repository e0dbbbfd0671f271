"""The edge as it is shipped: real nginx with the files of `nginx/`, whose ports and paths alone are changed."""

from __future__ import annotations

import contextlib
import json
import os
import pathlib
import re
import shutil
import socket
import ssl
import subprocess
import time

from .ending import end
from .ports import free_port

SHIPPED = pathlib.Path(__file__).resolve().parents[3] / "nginx"


def program() -> str:
    if found := shutil.which("nginx", path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin"):
        return found
    raise FileNotFoundError("nginx is missing: apt-get install nginx-light")


class Edge:
    """`nodes` are addresses; or `dns` is the address of a resolver that knows them by the name `node` at `node_port`.

    `changes` are (file, old, new) replacements on top: each must be found.
    """

    def __init__(self, folder: pathlib.Path, nodes=(), dns: str = "", node_port: int = 0, changes=()):
        self.folder = pathlib.Path(folder)
        self.port, self.cleartext_port = free_port(), free_port()
        self.dns, self.node_port, self.changes = dns, node_port, list(changes)
        self.nodes = list(nodes)
        self.process: subprocess.Popen | None = None

    @property
    def url(self) -> str:
        return f"https://localhost:{self.port}"

    @property
    def certificate(self) -> pathlib.Path:
        return self.folder / "tls.crt"

    def context(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=str(self.certificate))

    # Life

    def _write(self):
        conf = self.folder / "conf"
        shutil.rmtree(conf, ignore_errors=True)
        shutil.copytree(SHIPPED, conf)
        main = conf / ("nginx.conf" if self.dns else "bare-metal.conf")
        for file, old, new in [*self._places(main.name), *self.changes]:
            text = (conf / file).read_text()
            assert old in text, f"nginx/{file} has no {old!r}"
            (conf / file).write_text(text.replace(old, new))
        return main

    def _places(self, main: str):
        """Where the shipped files name a machine's paths and ports."""
        here = str(self.folder)
        if self.dns:
            yield main, "/tmp/", here + "/"
            yield main, "/dev/stdout", here + "/access.log"
            yield main, "/dev/stderr", here + "/error.log"
            yield main, "/run/secrets/", here + "/"
            yield main, "listen 8443", f"listen 127.0.0.1:{self.port}"
            yield main, "listen 8080", f"listen 127.0.0.1:{self.cleartext_port}"
            yield "switchyard/nodes-dns.conf", "127.0.0.11", self.dns
            yield "switchyard/nodes-dns.conf", "node:17765", f"node:{self.node_port}"
            return
        yield main, "user www-data;\n", ""
        yield main, "/var/log/nginx/", here + "/"
        yield main, "/var/lib/nginx/", here + "/"
        yield main, "/run/nginx.pid", here + "/nginx.pid"
        yield main, "/etc/switchyard/", here + "/"
        yield main, "listen 443", f"listen 127.0.0.1:{self.port}"
        yield main, "listen 80 ", f"listen 127.0.0.1:{self.cleartext_port} "
        yield main, "    listen [::]:443 ssl http2 default_server backlog=4096;\n", ""
        yield main, "    listen [::]:80 default_server;\n", ""
        servers = "".join(f"    server {node} max_fails=1 fail_timeout=2s;\n" for node in self.nodes)
        yield "switchyard/nodes-list.conf", "    server 127.0.0.1:17765 max_fails=1 fail_timeout=2s;\n", servers

    def start(self, seconds: float = 60) -> Edge:
        self.folder.mkdir(parents=True, exist_ok=True)
        if not self.certificate.exists():
            self._make_certificate()
        main = self._write()
        # Who runs the tests also runs the workers, so that they may enter the folder.
        owner = "user root; " if os.geteuid() == 0 else ""
        self.process = subprocess.Popen(
            [program(), "-p", str(self.folder), "-e", "start.log", "-c", str(main), "-g", owner + "daemon off;"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=(self.folder / "start.log").open("ab"),
        )
        limit = time.monotonic() + seconds
        while True:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
                return self
            assert self.process.poll() is None, "nginx ended at once:\n" + (self.folder / "start.log").read_text()
            assert time.monotonic() < limit, f"nginx did not listen within {seconds} s"
            time.sleep(0.02)

    def _make_certificate(self):
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
            + ["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", "tls.key", "-out", "tls.crt"],
            cwd=self.folder,
            check=True,
            capture_output=True,
        )

    def stop(self, seconds: float = 60):
        if self.process is None:
            return
        process, self.process = self.process, None
        if not end(process, seconds):
            raise AssertionError("nginx did not end")

    # The log

    @property
    def access_log(self) -> list[dict]:
        return [json.loads(line) for line in (self.folder / "access.log").read_text().splitlines()]

    def logs(self) -> str:
        return "".join((self.folder / name).read_text(errors="replace") for name in ("access.log", "error.log", "start.log"))


def setting(file: str, name: str) -> str:
    """The value of a directive in a shipped file."""
    found = re.search(rf"^\s*{name}\s+([^;]+);", (SHIPPED / file).read_text(), re.MULTILINE)
    assert found, f"nginx/{file} does not set {name}"
    return found[1]
