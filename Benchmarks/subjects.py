"""What is measured: nginx, and this gateway plain and governed. Each runs on one core and is ended by its process id."""

from __future__ import annotations

import contextlib
import json
import os
import pathlib
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.request

TICKS = os.sysconf("SC_CLK_TCK")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for_port(port: int, seconds: float = 120):
    limit = time.monotonic() + seconds
    while True:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        if time.monotonic() > limit:
            raise SystemExit(f"nothing listens on port {port}")
        time.sleep(0.02)


class Subject:
    """A server on a core of its own."""

    name = ""
    # Seconds until it listens, at most.
    patience = 15

    def __init__(self, upstream_port: int, core: int):
        self.upstream_port, self.core = upstream_port, core
        self.port = free_port()
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="switchyard-benchmark-"))
        self.process: subprocess.Popen | None = None
        self.models = {}
        self.token = ""

    def command(self) -> list[str]:
        raise NotImplementedError

    def prepare(self):
        pass

    environment: dict[str, str] = {}

    def __enter__(self):
        self.prepare()
        self.process = subprocess.Popen(
            ["taskset", "-c", str(self.core), *self.command()],
            cwd=self.folder,
            env={**os.environ, **self.environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=open(self.folder / "stderr.log", "wb"),
        )
        try:
            wait_for_port(self.port, self.patience)
            self.ready()
        except BaseException:
            self.__exit__()
            raise
        return self

    def ready(self):
        pass

    def __exit__(self, *_):
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.process.pid, signal.SIGTERM)
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def tree(self) -> list[int]:
        """The process and its children, grandchildren ..."""
        found, pending = [], [self.process.pid]
        while pending:
            pid = pending.pop()
            found.append(pid)
            with contextlib.suppress(OSError):
                for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
                    pending += [int(child) for child in (task / "children").read_text().split()]
        return found

    def cpu_seconds(self) -> float:
        total = 0
        for pid in self.tree():
            fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
            total += int(fields[11]) + int(fields[12])
        return total / TICKS

    def _memory_mb(self, field: str) -> float:
        total = 0
        for pid in self.tree():
            for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
                if line.startswith(field + ":"):
                    total += int(line.split()[1])
        return total / 1024

    def resident_mb(self) -> float:
        return self._memory_mb("VmRSS")

    def peak_mb(self) -> float:
        """The highest resident memory since the process began (a sum of peaks for several processes)."""
        return self._memory_mb("VmHWM")

    def path(self, stream: str = "") -> str:
        """`stream` is `N-MS`: so many events at that interval."""
        raise NotImplementedError

    def model(self, stream: str = "") -> str:
        return "m"


class Nginx(Subject):
    name = "nginx"

    def prepare(self):
        text = (pathlib.Path(__file__).parent / "nginx.conf").read_text()
        text = text.replace("LISTEN_PORT", str(self.port)).replace("UPSTREAM_PORT", str(self.upstream_port))
        (self.folder / "nginx.conf").write_text(text)

    def command(self):
        return ["nginx", "-e", "error.log", "-p", str(self.folder), "-c", "nginx.conf"]

    def path(self, stream=""):
        return f"/stream-{stream}/v1/chat/completions" if stream else "/v1/chat/completions"


STREAMS = ("64-20", "64-0", "2-50")
LARGE = 1_000_000_000
USD = 1_000_000  # an amount has room for some nine million


class Gateway(Subject):
    """A provider for each pace of the upstream, as the pace is part of its path; the request log at its default."""

    def prepare(self):
        self.token = "benchmark-" + secrets.token_urlsafe(24)
        self.environment = {
            "SWITCHYARD_LISTEN": f"127.0.0.1:{self.port}",
            "SWITCHYARD_CONFIG": str(self.folder / "switchyard.json5"),
            "SWITCHYARD_DATA": str(self.folder / "data"),
            "SWITCHYARD_ADMIN_TOKEN": self.token,
            "SWITCHYARD_LOOPS": "1",
        }
        (self.folder / "data").mkdir()
        (self.folder / "switchyard.json5").write_text(json.dumps(self.configuration(), indent=2))

    def provider(self, prefix: str) -> dict:
        model = {"name": "m", "pricing": {"prompt": 0.15, "completion": 0.6}}
        endpoint = f"http://127.0.0.1:{self.upstream_port}{prefix}/v1"
        return {"type": "openai", "endpoint": endpoint, "api_key": "sk-benchmark", "models": [model]}

    def command(self):
        return [os.environ["SWITCHYARD_BINARY"], "serve"]

    def path(self, stream=""):
        return "/v1/chat/completions"


class Plain(Gateway):
    """The least a caller can have: the admin token, which has no limits, and one provider."""

    name = "plain"

    def configuration(self):
        providers = {"whole": self.provider("")}
        for stream in STREAMS:
            providers["stream-" + stream] = self.provider("/stream-" + stream)
        return {"providers": providers}

    def model(self, stream=""):
        return f"stream-{stream}/m" if stream else "whole/m"


class Governed(Gateway):
    """Everything on: a user's token under every limit, in a tier with limits, a rotation over two providers, prices."""

    name = "governed"

    def configuration(self):
        providers, rotations = {}, {}
        for stream in ("", *STREAMS):
            name = "stream-" + stream if stream else "whole"
            members = []
            for half, weight in (("a", 3), ("b", 1)):
                providers[f"{name}-{half}"] = self.provider("/stream-" + stream if stream else "")
                members.append({"provider_id": f"{name}-{half}", "models": [{"name": "m", "weight": weight}]})
            rotations[name] = {"strategy": "weighted", "providers": members}
        tier = {"limits": {"requests_per_minute": LARGE, "tokens_per_day": LARGE * 1000}}
        return {"providers": providers, "rotations": rotations, "tiers": {"busy": tier}}

    def _post(self, path: str, body: dict) -> dict:
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/admin/api/v1{path}",
            json.dumps(body).encode(),
            {"authorization": f"Bearer {self.token}", "content-type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)

    def ready(self):
        self.token = self.make_token("benchmark")

    def make_token(self, username: str) -> str:
        self._post("/users", {"username": username, "role": "user", "tier": "busy"})
        limits = {
            "requests_per_minute": LARGE,
            "requests_per_day": LARGE,
            "tokens_per_minute": LARGE * 1000,
            "tokens_per_day": LARGE * 1000,
            "concurrent_requests": 100_000,
            "usd_per_day": USD,
            "usd_per_month": USD,
        }
        return self._post("/tokens", {"user": username, "name": "load", "limits": limits})["token"]

    def model(self, stream=""):
        return "rotation/" + ("stream-" + stream if stream else "whole")


SUBJECTS = {subject.name: subject for subject in (Nginx, Plain, Governed)}
