"""What chaos is made on: stores, nodes, the edge, the provider. Everything on loopback, ended by process id."""

from __future__ import annotations

import base64
import json
import os
import pathlib
import secrets
import signal
import sqlite3
import subprocess
import sys
import time
import urllib.request

from gateway import Gateway, free_port
from services.mariadb import MariaDB
from services.nginx import Edge
from services.redis import Redis

PRICE = {"prompt": 1, "completion": 2}
MODELS = [f"m{number}" for number in range(8)]


class Provider:
    """`provider.py` in a process of its own."""

    def __init__(self, folder: pathlib.Path):
        self.process = subprocess.Popen(
            [sys.executable, str(pathlib.Path(__file__).with_name("provider.py"))],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=(folder / "provider.log").open("ab"),
        )
        self.port = int(self.process.stdout.readline())

    def served(self) -> list[dict]:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/served", timeout=30) as answer:
            return json.load(answer)

    def stop(self):
        self.process.terminate()
        self.process.wait(10)


class Cluster:
    """`count` nodes behind the edge. `stores` is `cluster` (MariaDB and Redis: the nodes share everything), `mysql` (MariaDB
    alone: each node counts limits by itself) or `sqlite` (each has its own, and only the admin's token works at all of them)."""

    def __init__(self, folder: pathlib.Path, count: int, stores: str, server: dict | None = None, forgetful: bool = False):
        self.folder, self.stores = folder, stores
        folder.mkdir(parents=True, exist_ok=True)
        self.mariadb = MariaDB(folder / "mariadb") if stores != "sqlite" else None
        self.redis = Redis(folder / "redis", persistent=not forgetful) if stores == "cluster" else None
        self.provider = Provider(folder)
        self.edge: Edge | None = None
        self.nodes: list[Gateway] = []
        self._server, self._count = server or {}, count

    @property
    def is_shared(self) -> bool:
        return self.stores != "sqlite" or self._count == 1

    def configuration(self) -> dict:
        def provider(name: str) -> dict:
            endpoint = f"http://127.0.0.1:{self.provider.port}/{name}/v1"
            models = [{"name": model, "pricing": PRICE} for model in MODELS]
            # A rest would be over before it could turn requests away for long.
            settings = {"default_error_cooldown": 0.2}
            return {"type": "openai", "endpoint": endpoint, "api_key": "sk-chaos-0123456789", "models": models, **settings}

        rotations = {
            model: {
                "strategy": "weighted",
                "providers": [
                    {"provider_id": name, "models": [{"name": model, "weight": weight}]}
                    for name, weight in (("alpha", 3), ("beta", 1))
                ],
            }
            for model in MODELS
        }
        return {"providers": {"alpha": provider("alpha"), "beta": provider("beta")}, "rotations": rotations, "server": self._server}

    def start(self) -> Cluster:
        environment = {
            "SWITCHYARD_ADMIN_TOKEN": "admin-" + secrets.token_urlsafe(24),
            "SWITCHYARD_MASTER_KEY": base64.b64encode(secrets.token_bytes(32)).decode(),
            "SWITCHYARD_LOG": "warning",
        }
        if self.mariadb:
            environment["SWITCHYARD_DATABASE_URL"] = self.mariadb.start().url()
        if self.redis:
            environment["SWITCHYARD_REDIS_URL"] = self.redis.start().url
        for number in range(self._count):
            folder = self.folder / f"node-{number + 1}"
            folder.mkdir()
            node = Gateway(
                folder, self.configuration(), {**environment, "SWITCHYARD_NODE_ID": f"node-{number + 1}"}, loops=1, port=free_port()
            )
            node.admin_token = environment["SWITCHYARD_ADMIN_TOKEN"]
            self.nodes.append(node.start(30))
        self.edge = Edge(self.folder / "edge", [f"127.0.0.1:{node.port}" for node in self.nodes]).start()
        return self

    def stop(self) -> list[str]:
        """Ends everything. Returns what did not end as it should."""
        problems = []
        for part in [*self.nodes, self.edge, self.provider, self.redis, self.mariadb]:
            if part is None:
                continue
            try:
                part.stop()
            except AssertionError as failure:
                problems.append(str(failure))
        return problems

    # What went on

    def make_callers(self, limited: bool = True) -> list[dict]:
        """`limited`: some of them have limits, which they will meet."""
        if not self.is_shared:
            return [{"name": "admin", "token": self.nodes[0].admin_token}]
        # A limit that nobody meets makes the nodes count, and what they have counted is compared with the ledger.
        ample = {"requests_per_day": 10_000_000, "tokens_per_day": 10_000_000_000}
        plans = {
            "ann": ample,
            "ben": ample,
            "cem": ample,
            "few": {"requests_per_day": 150},
            "lean": {"tokens_per_day": 6_000},
            "narrow": {"concurrent_requests": 3},
        }
        if self.stores == "mysql" or not limited:
            plans = dict.fromkeys(("ann", "ben", "cem"), ample if self.redis else {})
        callers = []
        for name, limits in plans.items():
            row = self.nodes[0].make_token(self.nodes[0].make_user("user-" + name), limits=limits)
            callers.append({"name": name, "id": row["id"], "token": row["token"], "limits": limits})
        return callers

    def rows(self) -> list[dict]:
        nodes = self.nodes[:1] if self.is_shared else self.nodes
        return [row for node in nodes for row in node.listed("/requests")]

    def counted(self, callers: list[dict]) -> dict[str, tuple[int, int]]:
        """What the shared limits have counted today of each caller: requests and tokens. A counter is a hash with the part of each
        start of each node, twenty doubles, of which the eighth to the tenth are day, requests and tokens."""
        if not self.redis:
            return {}
        script = """
            local today = math.floor(redis.call('TIME')[1] / 86400) * 86400000
            local requests, tokens = 0, 0
            for _, part in ipairs(redis.call('HVALS', KEYS[1])) do
              local numbers = {struct.unpack('<' .. string.rep('d', 20), part)}
              if numbers[8] == today then
                requests, tokens = requests + numbers[9], tokens + numbers[10]
              end
            end
            return {requests, tokens}"""
        counted = {}
        for caller in callers:
            for key in self.redis.ask("KEYS", f"sy:*:c:token:{caller['id']}"):
                counted[caller["name"]] = tuple(self.redis.ask("EVAL", script, "1", key))
        return counted

    def holds(self) -> int:
        nodes = self.nodes[:1] if self.is_shared else self.nodes
        return sum(len(node.listed("/holds")) for node in nodes)

    def wait_for_quiet(self, seconds: float = 60) -> tuple[int, list[dict], list[dict]]:
        """Until there is no hold and every call of a provider has a row, or the time is over: (holds, calls, rows)."""
        limit = time.monotonic() + seconds
        while True:
            calls, rows, holds = self.provider.served(), self.rows(), self.holds()
            missing = {call["request"] for call in calls} - {row["request_id"] for row in rows}
            if (not holds and not missing) or time.monotonic() > limit:
                return holds, calls, rows
            time.sleep(0.5)

    def tamper(self, statement: str):
        """Changes the ledger behind the gateway's back."""
        if self.mariadb:
            self.mariadb.query(statement)
            return
        database = sqlite3.connect(next((self.folder / "node-1" / "data").glob("*.sqlite*")), timeout=10)
        with database:
            changed = database.execute(statement).rowcount
        database.close()
        assert changed == 1, f"{changed} rows changed by {statement}"


class Faults:
    """What breaks when: drawn from a seed, so that a run can be repeated."""

    def __init__(self, cluster: Cluster, random, seconds: float, kinds: list[str], say):
        self.cluster, self.say = cluster, say
        self.plan: list[tuple[float, str]] = []
        moment, turn = 2.0, 0
        while moment < seconds - 1:
            what = random.choice(kinds)
            if what == "node":
                what = f"node {turn % len(cluster.nodes)}"
                turn += 1
            self.plan.append((moment, what))
            moment += random.uniform(2, 5)
        self.pauses = {moment: random.uniform(0.2, 2) for moment, _ in self.plan}

    def run(self, begun: float):
        for moment, what in self.plan:
            time.sleep(max(0, begun + moment - time.monotonic()))
            self.say(f"{time.monotonic() - begun:6.1f} s  kill -9 {what}, back after {self.pauses[moment]:.1f} s")
            kind, _, number = what.partition(" ")
            part = {"redis": self.cluster.redis, "mysql": self.cluster.mariadb}.get(kind) or self.cluster.nodes[int(number)]
            part.kill9()
            time.sleep(self.pauses[moment])
            part.start(60)

    def roll(self, begun: float):
        """Every node in turn ends gently and starts again."""
        for number, node in enumerate(self.cluster.nodes):
            self.say(f"{time.monotonic() - begun:6.1f} s  SIGTERM node {number}")
            node.stop(120)
            self.say(f"{time.monotonic() - begun:6.1f} s  gone, started again")
            node.start(60)


def ignore_interrupt():
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def start_load(orders: dict, folder: pathlib.Path) -> subprocess.Popen:
    process = subprocess.Popen(
        [sys.executable, str(pathlib.Path(__file__).with_name("load.py"))],
        stdin=subprocess.PIPE,
        stdout=(folder / f"load-{orders['prefix']}.json").open("wb"),
        stderr=(folder / "load.log").open("ab"),
        env={**os.environ},
        preexec_fn=ignore_interrupt,
    )
    process.stdin.write(json.dumps(orders).encode() + b"\n")
    process.stdin.close()
    return process
