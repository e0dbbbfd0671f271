"""Independent readings of recorded answers: what an OpenAI client should be told of them."""

from __future__ import annotations

import dataclasses
import json
import re


@dataclasses.dataclass
class Told:
    text: str = ""
    thinking: str = ""
    calls: list = dataclasses.field(default_factory=list)  # [name, arguments as JSON text]
    finish: str | None = None
    prompt: int | None = None
    completion: int | None = None
    is_error: bool = False
    # Parts whose wording in another dialect is open: code, files, server tools.
    is_open: bool = False

    def same_calls(self, other: Told) -> bool:
        return [(name, _value(text)) for name, text in self.calls] == [(name, _value(text)) for name, text in other.calls]


def _value(text: str):
    try:
        return json.loads(text or "{}")
    except ValueError:
        return text


def sse(body: bytes) -> list[bytes]:
    """The data of each event, several `data:` lines joined by a line feed."""
    events = []
    for block in re.split(rb"(?:\r\n|\n|\r){2,}", body.removeprefix(b"\xef\xbb\xbf")):
        data = [line[5:].removeprefix(b" ") for line in re.split(rb"\r\n|\n|\r", block) if line.startswith(b"data:")]
        if data:
            events.append(b"\n".join(data))
    return events


def values(body: bytes) -> list[dict]:
    found = []
    for data in sse(body):
        try:
            found.append(json.loads(data))
        except ValueError:
            pass
    return found


def openai(body: bytes, stream: bool) -> Told:
    told, calls = Told(), {}
    for value in values(body) if stream else [json.loads(body)]:
        if value.get("error"):
            told.is_error = True
        for choice in (value.get("choices") or [])[:1]:
            part = choice.get("delta" if stream else "message") or {}
            content = part.get("content")
            told.text += content if isinstance(content, str) else ""
            told.thinking += part.get("reasoning_content") or ""
            told.finish = choice.get("finish_reason") or told.finish
            for position, call in enumerate(part.get("tool_calls") or []):
                known = calls.setdefault(call.get("index", position), ["", ""])
                function = call.get("function") or {}
                known[0] = known[0] or function.get("name") or ""
                known[1] += function.get("arguments") or ""
        if usage := value.get("usage") or (value.get("x_groq") or {}).get("usage"):
            told.prompt, told.completion = usage.get("prompt_tokens"), usage.get("completion_tokens")
            reasoning = (usage.get("completion_tokens_details") or {}).get("reasoning_tokens") or 0
            told_apart = usage.get("total_tokens") == (told.prompt or 0) + (told.completion or 0) + reasoning
            # Some count thinking beside the completion, as their total or a part larger than the whole shows.
            if told.completion is not None and (told_apart or reasoning > told.completion):
                told.completion += reasoning
    told.calls = [calls[index] for index in sorted(calls)]
    return told


_ANTHROPIC = {
    "end_turn": "stop",
    "stop_sequence": "stop",
    "pause_turn": "length",  # unfinished: it goes on when asked again
    "max_tokens": "length",
    "model_context_window_exceeded": "length",
    "tool_use": "tool_calls",
    "refusal": "content_filter",
}


def anthropic(body: bytes, stream: bool) -> Told:
    told, usage, stop = Told(), {}, None
    if not stream:
        message = json.loads(body)
        blocks, usage, stop = message["content"], message["usage"], message["stop_reason"]
    else:
        blocks = []
        for value in values(body):
            kind = value.get("type")
            if kind == "error":
                told.is_error = True
            elif kind == "message_start":
                usage |= value["message"].get("usage") or {}
            elif kind == "content_block_start":
                blocks.append(dict(value["content_block"], json=""))
            elif kind == "content_block_delta":
                block, delta = blocks[-1], value["delta"]
                for name in ("text", "thinking"):
                    block[name] = block.get(name, "") + delta.get(name, "")
                block["json"] += delta.get("partial_json", "")
            elif kind == "message_delta":
                usage |= {name: count for name, count in (value.get("usage") or {}).items() if count is not None}
                stop = value["delta"].get("stop_reason") or stop
    for block in blocks:
        if block["type"] == "text":
            told.text += block["text"]
        elif block["type"] == "thinking":
            told.thinking += block["thinking"]
        elif block["type"] == "tool_use":
            told.calls.append([block["name"], block.get("json") or json.dumps(block["input"])])
        elif block["type"] != "redacted_thinking":
            told.is_open = True
    told.finish = _ANTHROPIC.get(stop)
    if usage:
        cached = (usage.get("cache_read_input_tokens") or 0) + (usage.get("cache_creation_input_tokens") or 0)
        told.prompt = (usage.get("input_tokens") or 0) + cached
        told.completion = usage.get("output_tokens")
    return told


_FILTERED = {"SAFETY", "RECITATION", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII", "IMAGE_SAFETY", "MODEL_ARMOR"}


def _gemini_call(told: Told, call: dict):
    """Arguments come whole, or piece by piece under a path until a call without `willContinue`."""
    if "name" in call:
        told.calls.append([call["name"], json.dumps(call.get("args") or {})])
    for piece in call.get("partialArgs") or []:
        arguments, name = json.loads(told.calls[-1][1]), piece["jsonPath"].removeprefix("$.")
        arguments[name] = arguments.get(name, "") + piece["stringValue"]
        told.calls[-1][1] = json.dumps(arguments)


def gemini(body: bytes, stream: bool) -> Told:
    told, finish = Told(), None
    for value in values(body) if stream else [json.loads(body)]:
        if value.get("error"):
            told.is_error = True
        if (value.get("promptFeedback") or {}).get("blockReason"):
            finish = "SAFETY"
        for candidate in (value.get("candidates") or [])[:1]:
            finish = candidate.get("finishReason") or finish
            for part in (candidate.get("content") or {}).get("parts") or []:
                if part.get("thought"):
                    told.thinking += part.get("text", "")
                elif "text" in part:
                    told.text += part["text"]
                elif "functionCall" in part:
                    _gemini_call(told, part["functionCall"])
                else:
                    told.is_open = True
        if usage := value.get("usageMetadata"):
            told.prompt = (usage.get("promptTokenCount") or 0) + (usage.get("toolUsePromptTokenCount") or 0)
            told.completion = (usage.get("candidatesTokenCount") or 0) + (usage.get("thoughtsTokenCount") or 0)
    if finish == "STOP":
        told.finish = "tool_calls" if told.calls else "stop"
    elif finish == "MAX_TOKENS":
        told.finish = "length"
    elif finish in _FILTERED:
        told.finish = "content_filter"
    return told


def ollama(body: bytes, stream: bool) -> Told:
    told = Told()
    for line in body.splitlines() if stream else [body]:
        if not line.strip():
            continue
        value = json.loads(line)
        if value.get("error"):
            told.is_error = True
            continue
        message = value.get("message") or {}
        told.text += message.get("content") or ""
        told.thinking += message.get("thinking") or ""
        for call in message.get("tool_calls") or []:
            told.calls.append([call["function"]["name"], json.dumps(call["function"]["arguments"])])
        if value.get("done"):
            told.finish = "length" if value.get("done_reason") == "length" else "stop"
            told.prompt, told.completion = value.get("prompt_eval_count"), value.get("eval_count")
    if told.calls and told.finish == "stop":
        told.finish = "tool_calls"
    return told


READINGS = {"openai": openai, "anthropic": anthropic, "gemini": gemini, "ollama": ollama}
