"""Measures nodes that share Redis and MariaDB, beside nginx and a node that runs alone. See README.md beside."""

from __future__ import annotations

import argparse
import contextlib
import datetime
import pathlib
import signal
import statistics
import subprocess
import sys
import tempfile
import time

import bench
from bench import OTHER_CORE, SUBJECT_CORE, load, request_file
from quota import Quota
from stores import Stores
from subjects import Governed, Nginx, Subject, free_port, wait_for_port

HERE = pathlib.Path(__file__).resolve().parent
PARTS = ("cost", "latency", "writes", "nodes")
USERS = 16
NODES = (1, 2, 3)
SHARE = 0.2  # of a core, that a node may use where nodes are compared by their number


class Node(Governed):
    """A governed node of a cluster; the first makes the users."""

    name = "clustered"

    def __init__(self, upstream_port: int, core: int, stores: Stores, number: int = 1):
        super().__init__(upstream_port, core)
        self.stores, self.number = stores, number

    def prepare(self):
        super().prepare()
        self.environment |= {
            "SWITCHYARD_DATABASE_URL": self.stores.mariadb.url(),
            "SWITCHYARD_REDIS_URL": self.stores.redis.url,
            "SWITCHYARD_MASTER_KEY": self.stores.master_key,
            "SWITCHYARD_NODE_ID": f"node-{self.number}",
        }

    def ready(self):
        if not self.stores.tokens:
            self.stores.tokens = [self.make_token(f"user-{number}") for number in range(USERS)]
        self.tokens = self.stores.tokens


class Alone(Governed):
    """The same users at a node with SQLite and limits of its own."""

    name = "alone"

    def ready(self):
        self.tokens = [self.make_token(f"user-{number}") for number in range(USERS)]


class Front(Nginx):
    """nginx before the nodes, as in `nginx.conf` but with several servers."""

    name = "front"

    def __init__(self, nodes: list[Subject]):
        super().__init__(nodes[0].port, OTHER_CORE)
        self.nodes = nodes

    def prepare(self):
        super().prepare()
        file = self.folder / "nginx.conf"
        servers = "\n".join(f"server 127.0.0.1:{node.port};" for node in self.nodes)
        file.write_text(file.read_text().replace(f"server 127.0.0.1:{self.upstream_port};", servers))

    def path(self, stream=""):
        return "/v1/chat/completions"


class Bench:
    def __init__(self, upstream_port: int, stores: Stores, options):
        self.upstream_port, self.stores, self.options = upstream_port, stores, options
        self.seconds = 2 if options.quick else 3
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="switchyard-requests-"))
        self.figures: dict[str, dict[str, list[float]]] = {}

    def note(self, table: str, row: str, column: str, value: float):
        self.figures.setdefault(f"{table}/{row}", {}).setdefault(column, []).append(value)

    def requests(self, subject: Subject, stream: str = "") -> str:
        """One request for each user, as the callers take them in turn."""
        files = []
        for number, token in enumerate(getattr(subject, "tokens", None) or [""]):
            folder = self.folder / f"{subject.name}-{number}"
            folder.mkdir(exist_ok=True)
            subject.token = token
            files.append(str(request_file(folder, subject, 1024, stream)))
        return ",".join(files)

    def node(self, number: int = 1) -> Node:
        return Node(self.upstream_port, SUBJECT_CORE, self.stores, number)

    def measured(self, subjects: list[Subject], port: int, files: str, *numbers, kind: str = "whole"):
        """The load's result, and what it cost: the subjects' CPU and what the stores counted, for each request."""
        before = [subject.cpu_seconds() for subject in subjects], self.stores.counters(), core_ticks()
        result = load(kind, port, files, *numbers)
        after = [subject.cpu_seconds() for subject in subjects], self.stores.counters(), core_ticks()
        count = max(1, result["completed"])
        result["cpu"] = (sum(after[0]) - sum(before[0])) / count * 1e6
        result["stores"] = {name: after[1][name] - before[1][name] for name in before[1]}
        busy, total = (after[2][part] - before[2][part] for part in (0, 1))
        result["core"] = 100 * busy / max(1, total)
        return result

    # Parts

    def cost(self):
        """64 callers of 16 users, as fast as answers come, at one node; the stores are on the other core."""
        for kind in (Nginx, Alone, Node):
            if kind is Node:
                subject = self.node()
            else:
                subject = kind(self.upstream_port, SUBJECT_CORE)
            with subject:
                files = self.requests(subject)
                load("whole", subject.port, files, 64, 1)
                result = self.measured([subject], subject.port, files, 64, self.seconds)
            name = subject.name
            self.note("cost", "CPU a request, us", name, result["cpu"])
            self.note("cost", "Requests/s", name, result["per_second"])
            self.note("cost", "p99, ms", name, result["latency"]["p99"] / 1000)
            if kind is Node:
                self.note_stores("cost", name, result)

    def note_stores(self, table: str, column: str, result: dict):
        count, stores = max(1, result["completed"]), result["stores"]
        self.note(table, "Redis: CPU a request, us", column, stores["redis cpu"] / count * 1e6)
        self.note(table, "Redis: scripts called a request", column, stores["scripts"] / count)
        self.note(table, "Redis: reads of its sockets a request", column, stores["reads"] / count)
        self.note(table, "MariaDB: CPU a request, us", column, stores["mariadb cpu"] / count * 1e6)

    def latency(self):
        """One caller; what is added to asking the upstream itself."""
        for kind in (Nginx, Alone, Node):
            subject = self.node() if kind is Node else kind(self.upstream_port, SUBJECT_CORE)
            with subject:
                direct = load("whole", self.upstream_port, request_file(self.folder, None, 1024), 1, 2)
                files = self.requests(subject)
                load("whole", subject.port, files, 1, 1)
                result = self.measured([subject], subject.port, files, 1, self.seconds)
            for figure in ("p50", "p99"):
                added = result["latency"][figure] - direct["latency"][figure]
                self.note("latency", f"Added {figure}, us", subject.name, added)
            if kind is Node:
                self.note_stores("latency", subject.name, result)

    def writes(self):
        """What the database is asked at two rates: callers of answers that take a tenth of a second."""
        with self.node() as subject:
            files = self.requests(subject, "2-50")
            time.sleep(2)
            for callers in (20, 200):
                rounds = self.seconds * 15
                result = self.measured([subject], subject.port, files, callers, rounds, 100, kind="stream")
                seconds, column = result["seconds"], f"{callers} callers"
                self.note("writes", "Requests/s", column, result["per_second"])
                for name in ("commits", "inserts", "statements", "fsyncs"):
                    self.note("writes", f"MariaDB: {name}/s", column, result["stores"][name] / seconds)

    def nodes(self):
        """One, two and three nodes behind nginx, each with its share of core 0; all else has core 1."""
        if not Quota.is_possible():
            print("  no cgroup of the CPU may be made here: nodes share core 0 without a quota", file=sys.stderr)
        for count in NODES:
            with contextlib.ExitStack() as stack:
                first = stack.enter_context(self.node())
                others = [stack.enter_context(self.node(number)) for number in range(2, count + 1)]
                subjects = [first, *others]
                for subject in subjects:
                    stack.enter_context(Quota(subject.process.pid, SHARE))
                front = stack.enter_context(Front(subjects))
                files = self.requests(first)
                load("whole", front.port, files, 32 * count, 1)
                result = self.measured(subjects, front.port, files, 32 * count, self.seconds)
            column = f"{count} node" + "s" * (count > 1)
            self.note("nodes", "Requests/s", column, result["per_second"])
            self.note("nodes", "Nodes: CPU a request, us", column, result["cpu"])
            self.note_stores("nodes", column, result)
            self.note("nodes", "Core of all else: busy, %", column, result["core"])


def core_ticks() -> tuple[int, int]:
    """What `OTHER_CORE` has worked and what has passed, in ticks."""
    for line in pathlib.Path("/proc/stat").read_text().splitlines():
        name, *numbers = line.split()
        if name == f"cpu{OTHER_CORE}":
            ticks = [int(number) for number in numbers[:8]]
            return sum(ticks) - ticks[3] - ticks[4], sum(ticks)
    raise SystemExit(f"there is no core {OTHER_CORE}")


TITLES = {
    "cost": "One node, 64 callers of 16 users",
    "latency": "One node, one caller",
    "writes": "What the database is asked at two rates",
    "nodes": "One to three nodes behind nginx, each with a fifth of a core",
}


def page(figures: dict[str, dict[str, list[float]]]) -> str:
    """A table for each part; medians of the rounds."""
    parts = []
    for table, title in TITLES.items():
        rows = {key.split("/", 1)[1]: columns for key, columns in figures.items() if key.startswith(table + "/")}
        if not rows:
            continue
        names = list(dict.fromkeys(name for columns in rows.values() for name in columns))
        lines = [f"## {title}", "", "| | " + " | ".join(names) + " |", "|---|" + "---:|" * len(names)]
        for row, columns in rows.items():
            medians = {name: statistics.median(values) for name, values in columns.items()}
            lines.append(f"| {row} | " + " | ".join(cell(name, medians, names) for name in names) + " |")
        parts.append("\n".join(lines))
    return "\n\n".join(parts)


def cell(name: str, medians: dict[str, float], names: list[str]) -> str:
    if name not in medians:
        return ""
    value, first = medians[name], medians.get(names[0])
    digits = 0 if abs(value) >= 1000 else 1 if abs(value) >= 10 else 2
    text = f"{value:.{digits}f}"
    return text if name == names[0] or not first else text + f" ({value / first:.2f}x)"


def main():
    parser = argparse.ArgumentParser(prog="Benchmarks/run --cluster", description=__doc__)
    parser.add_argument("--save", action="store_true", help="write CLUSTER.md")
    parser.add_argument("--quick", action="store_true", help="one short round")
    parser.add_argument("--rounds", type=int, help="3 if not said")
    parser.add_argument("--only", default=",".join(PARTS))
    options = parser.parse_args()
    parts = options.only.split(",")
    if set(parts) - set(PARTS):
        parser.error(f"parts are {', '.join(PARTS)}")
    port = free_port()
    upstream = subprocess.Popen(["taskset", "-c", str(OTHER_CORE), str(bench.BUILT / "upstream"), str(port)])
    rounds, cluster = options.rounds or (1 if options.quick else 3), None
    # Ended early, it tells what it has.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended early"))
    try:
        wait_for_port(port)
        with Stores(OTHER_CORE) as stores:
            cluster = Bench(port, stores, options)
            for number in range(rounds):
                for part in parts:
                    print(f"  round {number + 1} of {rounds}: {part}", file=sys.stderr)
                    getattr(cluster, part)()
    finally:
        upstream.terminate()
        upstream.wait()
        text = page(cluster.figures) if cluster else ""
        print(text, flush=True)
    if options.save:
        day = datetime.date.today().isoformat()
        head = f"# Figures of a cluster\n\n{day}, {bench.machine()}, {stores.version}. Medians of {rounds} rounds; "
        head += "`Benchmarks/run --cluster --save` made this page. README.md says what is measured and how.\n\n"
        (HERE / "CLUSTER.md").write_text(head + text + "\n")


if __name__ == "__main__":
    main()
