"""What a chunk costs that is translated on its way, beside one that is passed on and beside LiteLLM, and what a request with
many images takes of memory. See README.md beside."""

from __future__ import annotations

import argparse
import base64
import datetime
import json
import os
import pathlib
import random
import statistics
import subprocess
import sys
import tempfile

from bench import BUILT, HERE, OTHER_CORE, SUBJECT_CORE, load, machine, measured
from subjects import Gateway, Nginx, Subject, free_port, wait_for_port

# The upstream's format and the caller's, by the name of the row.
PAIRS = {
    "OpenAI passed on": ("openai", "chat"),
    "Anthropic to OpenAI": ("anthropic", "chat"),
    "Gemini to OpenAI": ("google", "chat"),
    "OpenAI to Anthropic": ("openai", "messages"),
}
# An event each 20 ms, and as fast as they come.
PACES = ("64-20", "64-0")
PATHS = {"chat": "/v1/chat/completions", "messages": "/v1/messages"}
IMAGES, IMAGE_BYTES, HOLD = 50, 15_600, "hold-1000"  # a body of 1.04 MB in base64
CALLERS_WITH_IMAGES = 32


class Translator(Gateway):
    """This gateway with a provider of every kind for every pace of the upstream."""

    name = "switchyard"

    def configuration(self):
        providers = {}
        for prefix in (*(f"stream-{pace}" for pace in PACES), HOLD):
            for kind, version in (("openai", "v1"), ("anthropic", "v1"), ("google", "v1beta")):
                endpoint = f"http://127.0.0.1:{self.upstream_port}/{prefix}/{version}"
                providers[f"{kind}-{prefix}"] = {
                    "type": kind, "endpoint": endpoint, "api_key": "sk-benchmark", "models": [{"name": "m"}]
                }  # fmt: skip
        return {"providers": providers}

    def name_of(self, kind: str, prefix: str) -> str:
        return f"{kind}-{prefix}/m"


class LiteLLM(Subject):
    """LiteLLM's proxy with one worker, from an environment of its own."""

    name = "litellm"
    # For /v1/messages it may ask OpenAI's own models by Responses; a hosted vLLM is asked for chat.
    PREFIXES = {"openai": "hosted_vllm/m", "anthropic": "anthropic/claude-3-5-haiku-20241022", "google": "gemini/gemini-2.0-flash"}  # fmt: skip
    PATHS = {"openai": "/v1", "anthropic": "", "google": "/v1beta"}

    def prepare(self):
        self.token = "sk-benchmark"
        models = []
        for prefix in (*(f"stream-{pace}" for pace in PACES), HOLD):
            for kind, model in self.PREFIXES.items():
                base = f"http://127.0.0.1:{self.upstream_port}/{prefix}{self.PATHS[kind]}"
                parameters = {"model": model, "api_base": base, "api_key": "sk-benchmark"}
                models.append({"model_name": f"{kind}-{prefix}", "litellm_params": parameters})
        settings = {"general_settings": {"master_key": self.token}, "model_list": models}
        (self.folder / "config.yaml").write_text(json.dumps(settings))  # JSON is YAML
        self.environment = {"LITELLM_LOCAL_MODEL_COST_MAP": "True", "LITELLM_TELEMETRY": "False", "LITELLM_LOG": "ERROR"}

    def command(self):
        return [os.environ["LITELLM"], "--config", "config.yaml", "--port", str(self.port), "--host", "127.0.0.1", "--num_workers", "1"]  # fmt: skip

    def name_of(self, kind: str, prefix: str) -> str:
        return f"{kind}-{prefix}"


def request(folder: pathlib.Path, subject: Subject | None, path: str, body: dict) -> pathlib.Path:
    text = json.dumps(body, separators=(",", ":")).encode()
    head = f"POST {path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n"
    if subject and subject.token:
        head += f"authorization: Bearer {subject.token}\r\n"
    handle, name = tempfile.mkstemp(dir=folder)
    with os.fdopen(handle, "wb") as file:
        file.write(f"{head}user-agent: benchmark\r\naccept: */*\r\ncontent-length: {len(text)}\r\n\r\n".encode() + text)
    return pathlib.Path(name)


def question(model: str, stream: bool) -> dict:
    words = "Which of the two routes over the mountains is shorter in winter, and why? " * 10
    return {"model": model, "max_tokens": 256, "stream": stream, "messages": [{"role": "user", "content": words}]}


def pictures(model: str, front: str) -> dict:
    """A question about fifty pictures, about 1 MB."""
    chance = random.Random(7)
    parts: list[dict] = [{"type": "text", "text": "Which of these were taken in winter?"}]
    for _ in range(IMAGES):
        data = base64.b64encode(chance.randbytes(IMAGE_BYTES)).decode()
        if front == "chat":
            parts.append({"type": "image_url", "image_url": {"url": f"data:image/png;base64,{data}"}})
        else:
            source = {"type": "base64", "media_type": "image/png", "data": data}
            parts.append({"type": "image", "source": source})
    return {"model": model, "max_tokens": 256, "messages": [{"role": "user", "content": parts}]}


class Bench:
    def __init__(self, port: int, quick: bool):
        self.port, self.quick = port, quick
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="switchyard-requests-"))
        self.figures: dict[tuple[str, str], list[float]] = {}

    def note(self, row: str, column: str, value: float):
        self.figures.setdefault((row, column), []).append(value)

    def stream(self, row: str, subject: Subject, file: pathlib.Path, pace: str, is_slow: bool):
        """200 streams of an event each 20 ms, or 64 as fast as they come; a slow subject gets what it can bear."""
        paced = pace == "64-20"
        callers, rounds = (4, 4) if is_slow else (200, 2) if paced else (64, 40 if self.quick else 150)
        load("stream", subject.port, file, min(callers, 16), 2, 0)  # warm
        result, cpu = measured(subject, "stream", file, callers, rounds, 1000 if paced and not is_slow else 0)
        if result["events"]:
            self.note(row, f"{subject.name} {'paced' if paced else 'flood'}", cpu / result["events"] * 1e6)

    def nginx(self):
        with Nginx(self.port, SUBJECT_CORE) as subject:
            for pace in PACES:
                file = request(self.folder, subject, subject.path(pace), question("m", True))
                self.stream("OpenAI passed on", subject, file, pace, False)

    def translations(self, kind: type[Subject]):
        with kind(self.port, SUBJECT_CORE) as subject:
            for row, (upstream, front) in PAIRS.items():
                for pace in PACES:
                    model = subject.name_of(upstream, f"stream-{pace}")
                    file = request(self.folder, subject, PATHS[front], question(model, True))
                    self.stream(row, subject, file, pace, kind is LiteLLM)

    def memory(self, kind: type[Subject]):
        """Peak memory of so many requests at once, while the upstream makes all of them wait for their answer."""
        for row, (upstream, front) in PAIRS.items():
            if kind is LiteLLM and row != "Anthropic to OpenAI":
                continue  # it takes half a minute to start
            with kind(self.port, SUBJECT_CORE) as subject:
                model = subject.name_of(upstream, HOLD)
                one = request(self.folder, subject, PATHS[front], question(model, False))
                load("whole", subject.port, one, CALLERS_WITH_IMAGES, 3)  # warm, with as many connections
                before = subject.peak_mb()
                file = request(self.folder, subject, PATHS[front], pictures(model, front))
                size = file.stat().st_size / 1e6
                result = load("whole", subject.port, file, CALLERS_WITH_IMAGES, 8 if kind is LiteLLM else 4)
                if result["completed"]:
                    grown = (subject.peak_mb() - before) * 1.048576 / CALLERS_WITH_IMAGES
                    self.note(row, f"{subject.name} memory", grown)
                    self.note(row, f"{subject.name} copies", grown / size)


COLUMNS = [
    ("nginx paced", "nginx, paced, us", "{:.1f}"),
    ("switchyard paced", "paced, us", "{:.1f}"),
    ("litellm paced", "LiteLLM, paced, us", "{:.0f}"),
    ("nginx flood", "nginx, flood, us", "{:.1f}"),
    ("switchyard flood", "flood, us", "{:.1f}"),
    ("litellm flood", "LiteLLM, flood, us", "{:.0f}"),
    ("switchyard memory", "1 MB of images, MB a request", "{:.2f}"),
    ("switchyard copies", "as copies of the body", "{:.2f}"),
    ("litellm memory", "LiteLLM, MB a request", "{:.2f}"),
]


def table(figures: dict[tuple[str, str], list[float]]) -> str:
    columns = [column for column in COLUMNS if any(key[1] == column[0] for key in figures)]
    lines = ["| | " + " | ".join(label for _, label, _ in columns) + " |", "|---|" + "---:|" * len(columns)]
    for row in PAIRS:
        cells = [form.format(statistics.median(figures[row, key])) if (row, key) in figures else "" for key, _, form in columns]  # fmt: skip
        lines.append(f"| {row} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(prog="Benchmarks/run --translate")
    parser.add_argument("--save", action="store_true", help="write TRANSLATION.md")
    parser.add_argument("--quick", action="store_true", help="one short round")
    parser.add_argument("--only", default="nginx,streams,memory,litellm")
    options = parser.parse_args()
    only = set(options.only.split(","))
    if "litellm" in only and not os.access(os.environ.get("LITELLM", ""), os.X_OK):
        print("  LITELLM names no program: without LiteLLM's figures", file=sys.stderr)
        only.discard("litellm")
    port = free_port()
    upstream = subprocess.Popen(["taskset", "-c", str(OTHER_CORE), str(BUILT / "upstream"), str(port)])
    bench = Bench(port, options.quick)
    rounds = 1 if options.quick else 3
    try:
        wait_for_port(port)
        for _ in range(rounds):
            if "nginx" in only:
                bench.nginx()
            if "streams" in only:
                bench.translations(Translator)
            if "memory" in only:
                bench.memory(Translator)
        if "litellm" in only:
            bench.translations(LiteLLM)
            bench.memory(LiteLLM)
    finally:
        upstream.terminate()
        upstream.wait()
    text = table(bench.figures)
    print(text)
    if options.save:
        day = datetime.date.today().isoformat()
        head = f"# What a translated chunk costs\n\n{day}, {machine()}. `Benchmarks/run --translate --save` made this page.\n\n"
        (HERE / "TRANSLATION.md").write_text(head + text + "\n")


if __name__ == "__main__":
    main()
