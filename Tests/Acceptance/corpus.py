"""Recorded provider traffic, read in place from the folder that SWITCHYARD_CORPUS names or that lies beside the project."""

from __future__ import annotations

import base64
import dataclasses
import json
import os
import pathlib

from fakes import behaviours


def folder() -> pathlib.Path | None:
    here = pathlib.Path(__file__).resolve()
    named = os.environ.get("SWITCHYARD_CORPUS")
    places = [pathlib.Path(named)] if named else [parent / "shared/corpus" for parent in here.parents]
    return next((place for place in places if (place / "index.csv").exists()), None)


@dataclasses.dataclass
class Recording:
    name: str
    wire: str
    stream: bool
    request: dict | None
    status: int
    headers: dict[str, str]
    body: bytes
    chunk_lengths: list[int] | None

    @property
    def content_type(self) -> str:
        return next((value for name, value in self.headers.items() if name.lower() == "content-type"), "application/json")

    def replay(self):
        """A behaviour that answers as recorded, framed anew."""
        if not self.stream or self.status != 200:
            return behaviours.body(self.body, self.status, self.content_type)
        lengths = self.chunk_lengths or []
        if sum(lengths) != len(self.body):
            # Cut where no event ends, as networks do.
            lengths = [777] * (len(self.body) // 777) + [len(self.body) % 777]
        parts, at = [], 0
        for length in lengths:
            parts.append(self.body[at : at + length])
            at += length
        return behaviours.chunks([part for part in parts if part], 200, self.content_type)


_ANSWER_KEYS = (b'"choices"', b'"content"', b'"candidates"', b'"promptFeedback"')


def _wire(path: str) -> str | None:
    operation = path.rsplit("/", 1)[-1]
    if path.endswith("/chat/completions"):
        return "openai"
    if path.endswith("/messages") or operation.endswith((":rawPredict", ":streamRawPredict")):
        return "anthropic"
    if operation.endswith((":generateContent", ":streamGenerateContent")):
        return "gemini"
    return "ollama" if path.endswith("/api/chat") else None


def recordings(wire: str) -> list[Recording]:
    found = []
    for path in sorted(folder().glob("*/*.json")):
        exchange = json.loads(path.read_text())
        if exchange["endpoint"] not in ("chat", "messages", "generateContent"):
            continue
        if _wire(exchange["request"]["url"].split("?")[0]) != wire or exchange["request"]["method"] != "POST":
            continue
        response = exchange["response"]
        if "body_base64" in response:
            body = base64.b64decode(response["body_base64"])
        else:
            body = response["body_text"].encode()
        if body.count(b"event: message_start\n") > 1:
            continue  # one answer after another in one file: no provider sends that
        asked = exchange["request"]["body"]
        kind = next((value for name, value in response["headers"].items() if name.lower() == "content-type"), "")
        # What it is, whatever it calls itself: events under application/json and JSON lines without ndjson occur.
        stream = "event-stream" in kind or "ndjson" in kind or body.startswith((b"data:", b"event:"))
        if wire == "ollama":
            stream = stream or body.count(b"\n{") > 0
        elif response["status"] == 200 and not stream and not any(key in body for key in _ANSWER_KEYS):
            continue  # another operation's answer, recorded under this path
        if wire == "gemini" and ":stream" in exchange["request"]["url"] and not stream and response["status"] == 200:
            continue  # a JSON array: this gateway asks for `alt=sse`
        if response["status"] != 200 and isinstance(asked, dict):
            stream = asked.get("stream") is True or stream
        found.append(
            Recording(
                f"{path.parent.name}/{path.stem}",
                wire,
                stream,
                asked if isinstance(asked, dict) and "base64" not in asked else None,
                response["status"],
                response["headers"],
                body,
                response.get("chunk_lengths"),
            )
        )
    return found
