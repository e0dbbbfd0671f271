"""Runs the scenarios side by side and prints a table. See README.md beside."""

from __future__ import annotations

import argparse
import datetime
import json
import os
import pathlib
import platform
import statistics
import subprocess
import sys
import tempfile
import time

from subjects import SUBJECTS, Subject, free_port, wait_for_port

HERE = pathlib.Path(__file__).resolve().parent
BUILT = HERE.parent / ".build/benchmarks"
SUBJECT_CORE, OTHER_CORE = 0, 1
SCENARIOS = ("idle", "whole", "latency", "paced", "flood", "thousand", "large")


def request_file(folder: pathlib.Path, subject: Subject | None, size: int, stream: str = "") -> pathlib.Path:
    """One HTTP request with a chat body of `size` bytes."""
    path = subject.path(stream) if subject else "/v1/chat/completions"
    body = {"model": subject.model(stream) if subject else "m", "messages": [], "max_tokens": 256}
    if stream:
        body["stream"] = True
    system = {"role": "system", "content": "You are a helpful assistant. Answer briefly and name your sources."}
    body["messages"] = [system, {"role": "user", "content": ""}]
    room = size - len(json.dumps(body, separators=(",", ":")))
    words = "Which of the two routes over the mountains is shorter in winter, and why? "
    body["messages"][1]["content"] = (words * (room // len(words) + 1))[:room]
    text = json.dumps(body, separators=(",", ":")).encode()
    head = f"POST {path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n"
    if subject and subject.token:
        head += f"authorization: Bearer {subject.token}\r\n"
    head += f"user-agent: benchmark\r\naccept: */*\r\ncontent-length: {len(text)}\r\n\r\n"
    file = folder / f"request-{size}-{stream or 'whole'}.http"
    file.write_bytes(head.encode() + text)
    return file


def load(kind: str, port: int, file: pathlib.Path, *numbers) -> dict:
    command = ["taskset", "-c", str(OTHER_CORE), str(BUILT / "load"), kind, str(port), str(file), *map(str, numbers)]
    result = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    if result["failed"]:
        print(f"    {result['failed']} of {result['failed'] + result['completed']} requests failed", file=sys.stderr)
    return result


def measured(subject: Subject, kind: str, file: pathlib.Path, *numbers) -> tuple[dict, float]:
    """The load's result and the subject's CPU seconds during it."""
    before = subject.cpu_seconds()
    result = load(kind, subject.port, file, *numbers)
    return result, subject.cpu_seconds() - before


class Bench:
    def __init__(self, upstream_port: int, options):
        self.upstream_port, self.options = upstream_port, options
        self.seconds = 2 if options.quick else 5
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="switchyard-requests-"))
        self.figures: dict[str, dict[str, list[float]]] = {}

    def note(self, subject: str, figure: str, value: float):
        self.figures.setdefault(figure, {}).setdefault(subject, []).append(value)

    def subject(self, name: str) -> Subject:
        return SUBJECTS[name](self.upstream_port, SUBJECT_CORE)

    def round(self, name: str):
        """Every scenario that may share a process."""
        wanted = self.options.only
        if wanted & {"idle", "whole", "latency", "paced", "flood"}:
            with self.subject(name) as subject:
                if "idle" in wanted:
                    time.sleep(1)
                    self.note(name, "idle", subject.resident_mb())
                for scenario in ("latency", "whole", "paced", "flood"):
                    if scenario in wanted:
                        getattr(self, scenario)(name, subject)
        for scenario in ("thousand", "large"):
            if scenario in wanted:
                with self.subject(name) as subject:
                    getattr(self, scenario)(name, subject)

    def whole(self, name, subject):
        file = request_file(self.folder, subject, 1024)
        load("whole", subject.port, file, 64, 1)  # warm
        result, cpu = measured(subject, "whole", file, 64, self.seconds)
        self.note(name, "whole cpu", cpu / max(1, result["completed"]) * 1e6)
        self.note(name, "whole rate", result["per_second"])
        self.note(name, "whole p99", result["latency"].get("p99", 0) / 1000)

    def latency(self, name, subject):
        direct = load("whole", self.upstream_port, request_file(self.folder, None, 1024), 1, 2)
        file = request_file(self.folder, subject, 1024)
        load("whole", subject.port, file, 1, 1)
        result = load("whole", subject.port, file, 1, self.seconds)
        for figure in ("p50", "p99"):
            added = result["latency"].get(figure, 0) - direct["latency"][figure]
            self.note(name, "added " + figure, added)

    def paced(self, name, subject):
        """200 streams of an event each 20 ms: what an event costs when it travels alone."""
        file = request_file(self.folder, subject, 1024, "64-20")
        result, cpu = measured(subject, "stream", file, 200, 1 if self.options.quick else 3, 1000)
        self.note(name, "paced cpu", cpu / max(1, result["events"]) * 1e6)
        self.note(name, "paced p99", result["lateness"].get("p99", 0) / 1000)

    def flood(self, name, subject):
        """64 callers, streams of 64 events as fast as they come."""
        file = request_file(self.folder, subject, 1024, "64-0")
        result, cpu = measured(subject, "stream", file, 64, 30 if self.options.quick else 150, 0)
        self.note(name, "flood cpu", cpu / max(1, result["events"]) * 1e6)
        self.note(name, "flood rate", result["events"] / result["seconds"])

    def thousand(self, name, subject):
        """1 000 streams at once, 64 events at 20 ms."""
        file = request_file(self.folder, subject, 1024, "64-20")
        # Sixteen rounds overlap for 20 s; the first second fills up.
        result, cpu = measured(subject, "stream", file, 1000, 2 if self.options.quick else 8, 1000)
        self.note(name, "thousand failed", result["failed"])
        self.note(name, "thousand stalls", result["stalls"])
        self.note(name, "thousand p99", result["lateness"].get("p99", 0) / 1000)
        self.note(name, "thousand max", result["lateness"].get("max", 0) / 1000)
        self.note(name, "thousand core", 100 * cpu / result["seconds"])
        self.note(name, "thousand memory", subject.peak_mb())

    def large(self, name, subject):
        """256 callers with bodies of 150 KB."""
        file = request_file(self.folder, subject, 150 * 1024)
        result, cpu = measured(subject, "whole", file, 256, self.seconds)
        self.note(name, "large cpu", cpu / max(1, result["completed"]) * 1e6)
        self.note(name, "large rate", result["per_second"])
        self.note(name, "large memory", subject.peak_mb())


ROWS = [
    ("whole cpu", "Whole: CPU a request, us", "{:.1f}"),
    ("whole rate", "Whole, 64 callers: requests/s", "{:.0f}"),
    ("whole p99", "Whole, 64 callers: p99, ms", "{:.2f}"),
    ("added p50", "Added latency, 1 caller: p50, us", "{:.0f}"),
    ("added p99", "Added latency, 1 caller: p99, us", "{:.0f}"),
    ("paced cpu", "200 streams, event each 20 ms: CPU an event, us", "{:.2f}"),
    ("paced p99", "200 streams, event each 20 ms: p99 lateness, ms", "{:.2f}"),
    ("flood cpu", "64 streams at full speed: CPU an event, us", "{:.2f}"),
    ("flood rate", "64 streams at full speed: events/s", "{:.0f}"),
    ("thousand failed", "1 000 streams at 20 ms: failed", "{:.0f}"),
    ("thousand stalls", "1 000 streams at 20 ms: stalls over 20 ms", "{:.0f}"),
    ("thousand p99", "1 000 streams at 20 ms: p99 lateness, ms", "{:.2f}"),
    ("thousand max", "1 000 streams at 20 ms: worst lateness, ms", "{:.2f}"),
    ("thousand core", "1 000 streams at 20 ms: share of the core, %", "{:.0f}"),
    ("thousand memory", "1 000 streams at 20 ms: peak memory, MB", "{:.1f}"),
    ("large cpu", "150 KB bodies, 256 callers: CPU a request, us", "{:.1f}"),
    ("large rate", "150 KB bodies, 256 callers: requests/s", "{:.0f}"),
    ("large memory", "150 KB bodies, 256 callers: peak memory, MB", "{:.1f}"),
    ("idle", "Idle: memory, MB", "{:.1f}"),
]


def table(figures, subjects: list[str]) -> str:
    """Medians of the rounds, and each against nginx where that says something."""
    lines = ["| | " + " | ".join(subjects) + " |", "|---|" + "---:|" * len(subjects)]
    for key, label, form in ROWS:
        if key not in figures:
            continue
        medians = {name: statistics.median(values) for name, values in figures[key].items()}
        cells = []
        for name in subjects:
            cell = form.format(medians[name]) if name in medians else ""
            base = medians.get("nginx")
            if name != "nginx" and name in medians and base and key.endswith(("cpu", "rate")):
                cell += f" ({medians[name] / base:.2f}x)"
            cells.append(cell)
        lines.append(f"| {label} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def ticks() -> list[int]:
    """What all cores together have spent: user, nice, system, idle, iowait, irq, softirq, stolen by the host."""
    return [int(field) for field in pathlib.Path("/proc/stat").read_text().split()[1:9]]


STARTED = ticks()


def machine() -> str:
    """What was measured on. Where the host has taken more than a few hundredths of the time for others, no figure is worth much."""
    info = pathlib.Path("/proc/cpuinfo").read_text()
    model = next((line.split(":")[1].strip() for line in info.splitlines() if line.startswith("model name")), "unknown")
    memory = int(pathlib.Path("/proc/meminfo").read_text().split()[1]) // 1_000_000
    nginx = subprocess.run(["nginx", "-v"], capture_output=True, text=True).stderr.strip().split("/")[-1]
    spent = [now - before for now, before in zip(ticks(), STARTED)]
    stolen = f"{100 * spent[7] / max(1, sum(spent)):.0f} % of the time stolen by the host"
    return f"{os.cpu_count()} x {model}, {memory} GB, Linux {platform.release()}, nginx {nginx}, {stolen}"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--save", action="store_true", help="write RESULTS.md")
    parser.add_argument("--quick", action="store_true", help="one short round")
    parser.add_argument("--rounds", type=int, help="3 if not said")
    parser.add_argument("--subjects", default=",".join(SUBJECTS))
    parser.add_argument("--only", default=",".join(SCENARIOS))
    options = parser.parse_args()
    options.only = set(options.only.split(","))
    subjects = options.subjects.split(",")
    if set(subjects) - set(SUBJECTS) or options.only - set(SCENARIOS):
        parser.error(f"subjects are {', '.join(SUBJECTS)}; scenarios are {', '.join(SCENARIOS)}")
    if set(subjects) - {"nginx"} and not os.access(os.environ["SWITCHYARD_BINARY"], os.X_OK):
        parser.error("no release build to measure: swift build -c release, or set SWITCHYARD_BINARY")
    if os.cpu_count() < 2:
        parser.error("two cores are needed: one for the subject, one for the upstream and the load")
    port = free_port()
    upstream = subprocess.Popen(["taskset", "-c", str(OTHER_CORE), str(BUILT / "upstream"), str(port)])
    try:
        wait_for_port(port)
        bench = Bench(port, options)
        rounds = options.rounds or (1 if options.quick else 3)
        for number in range(rounds):
            # Rounds alternate, so that a busy neighbour or a warm machine touches all alike.
            for name in subjects if number % 2 == 0 else reversed(subjects):
                print(f"  round {number + 1} of {rounds}: {name}", file=sys.stderr)
                bench.round(name)
    finally:
        upstream.terminate()
        upstream.wait()
    text = table(bench.figures, subjects)
    print(text)
    if options.save:
        day = datetime.date.today().isoformat()
        head = f"# Figures\n\n{day}, {machine()}. Medians of {rounds} rounds; `Benchmarks/run --save` made this page.\n\n"
        (HERE / "RESULTS.md").write_text(head + text + "\n")


if __name__ == "__main__":
    main()
