"""What an OpenAI-shaped provider does besides chat: embeddings, rankings, moderations, images, audio."""

from __future__ import annotations

import base64
import json
import re
import struct

from . import behaviours

RECORDING = bytes(range(256)) * 512
PICTURE = base64.b64encode(b"\x89PNG fake").decode()
SRT = "1\n00:00:00,000 --> 00:00:01,000\nHello.\n"


def vector(text, dimensions: int = 4) -> list[float]:
    """Floats that a 32-bit float holds exactly, different for each text."""
    seed = sum(str(text).encode()) % 97
    return [(seed + index) / 8 for index in range(dimensions)]


def json_answer(value, headers=()):
    return behaviours.body(json.dumps(value).encode(), headers=headers)


def form(exchange) -> dict[str, bytes]:
    """The fields of a multipart body, by name."""
    boundary = re.search("boundary=(.+)", exchange.header("content-type")).group(1).strip('"').encode()
    fields = {}
    for part in exchange.body.split(b"--" + boundary)[1:-1]:
        head, content = part.removeprefix(b"\r\n").removesuffix(b"\r\n").split(b"\r\n\r\n", 1)
        fields[re.search(rb'name="([^"]*)"', head).group(1).decode()] = content
    return fields


def events(*values, done: bool = True):
    parts = [b"data: " + json.dumps(value).encode() + b"\n\n" for value in values]
    return behaviours.chunks(parts + [b"data: [DONE]\n\n"] * done, content_type="text/event-stream; charset=utf-8")


def embeddings(exchange, floats_only: bool = False):
    body = exchange.json
    inputs = body["input"] if isinstance(body["input"], list) and isinstance(body["input"][0], (str, list)) else [body["input"]]
    data = []
    for index, text in enumerate(inputs):
        floats = vector(text, body.get("dimensions", 4))
        if body.get("encoding_format") == "base64" and not floats_only:
            floats = base64.b64encode(struct.pack(f"<{len(floats)}f", *floats)).decode()
        data.append({"object": "embedding", "index": index, "embedding": floats})
    usage = {"prompt_tokens": 5 * len(inputs), "total_tokens": 5 * len(inputs)}
    return json_answer({"object": "list", "data": data, "model": body["model"], "usage": usage})


def rerank(exchange):
    body = exchange.json
    order = sorted(range(len(body["documents"])), key=lambda index: -len(body["documents"][index]))
    results = [{"index": index, "relevance_score": 0.9 - place / 10} for place, index in enumerate(order)]
    return json_answer({"model": body["model"], "results": results[: body.get("top_n")], "usage": {"total_tokens": 17}})


def images(exchange):
    body = exchange.json if exchange.path.endswith("generations") else form(exchange)
    usage = {"input_tokens": 9, "output_tokens": 1056, "total_tokens": 1065}
    kind = "image_edit" if exchange.path.endswith("edits") else "image_generation"
    if body.get("stream") in (True, b"true"):
        return events(
            {"type": f"{kind}.partial_image", "partial_image_index": 0, "b64_json": PICTURE},
            {"type": f"{kind}.completed", "b64_json": PICTURE, "usage": usage},
            done=False,
        )
    return json_answer({"created": 1, "data": [{"b64_json": PICTURE}], "usage": usage})


def speech(exchange):
    if exchange.json.get("stream_format") == "sse":
        return events(
            {"type": "speech.audio.delta", "audio": PICTURE},
            {"type": "speech.audio.done", "usage": {"input_tokens": 3, "output_tokens": 40, "total_tokens": 43}},
        )
    parts = [RECORDING[at : at + 4096] for at in range(0, len(RECORDING), 4096)]
    return behaviours.chunks(parts, content_type="audio/mpeg")


def transcription(exchange):
    fields = form(exchange)
    usage = {"type": "tokens", "input_tokens": 14, "output_tokens": 3, "total_tokens": 17}
    if fields.get("stream") == b"true":
        return events(
            {"type": "transcript.text.delta", "delta": "Hel"},
            {"type": "transcript.text.delta", "delta": "lo."},
            {"type": "transcript.text.done", "text": "Hello.", "usage": usage},
            done=False,
        )
    format = fields.get("response_format", b"json").decode()
    if format in ("text", "srt", "vtt"):
        text = {"text": "Hello.\n", "srt": SRT, "vtt": "WEBVTT\n\nHello.\n"}[format]
        type = "text/vtt" if format == "vtt" else "text/plain; charset=utf-8"
        return behaviours.body(text.encode(), content_type=type)
    if format == "verbose_json":
        segment = {"id": 0, "start": 0.0, "end": 1.0, "text": "Hello."}
        return json_answer({"text": "Hello.", "language": "en", "duration": 1.0, "segments": [segment]})
    return json_answer({"text": "Hello.", "usage": usage})


def moderation(exchange):
    result = {"flagged": "harm" in str(exchange.json["input"]), "categories": {}, "category_scores": {}}
    return json_answer({"id": "modr-1", "model": exchange.json["model"], "results": [result]})


def decide(exchange):
    """For `Fake.decide`: the behaviour of each path."""
    return {
        "/v1/embeddings": embeddings,
        "/v1/rerank": rerank,
        "/v1/moderations": moderation,
        "/v1/images/generations": images,
        "/v1/images/edits": images,
        "/v1/images/variations": images,
        "/v1/audio/speech": speech,
        "/v1/audio/transcriptions": transcription,
        "/v1/audio/translations": transcription,
    }[exchange.path](exchange)
