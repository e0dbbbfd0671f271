"""Independent readings of each wire's requests: what a provider would understand of what the gateway sent."""

from __future__ import annotations

import dataclasses
import json

from fakes.exchange import Exchange


@dataclasses.dataclass
class Asked:
    system: str = ""
    turns: list = dataclasses.field(default_factory=list)  # (role, text)
    images: list = dataclasses.field(default_factory=list)  # (media type or None, base64)
    tools: dict = dataclasses.field(default_factory=dict)  # name -> JSON schema
    calls: list = dataclasses.field(default_factory=list)  # (name, arguments as a value)
    results: list = dataclasses.field(default_factory=list)  # text
    max_tokens: int | None = None
    temperature: float | None = None
    stop: list = dataclasses.field(default_factory=list)


def read(wire: str, exchange: Exchange) -> Asked:
    readings = {
        "openai": _openai,
        "anthropic": _anthropic,
        "gemini": _gemini,
        "ollama": _ollama,
        "converse": _converse,
        "cohere": _cohere,
    }
    return readings[wire](exchange.json)


def _text(content) -> str:
    if isinstance(content, str):
        return content
    return "".join(part.get("text", "") for part in content or [] if part.get("type", "text") == "text")


def _openai(body) -> Asked:
    stop = body.get("stop") or []
    asked = Asked(
        max_tokens=body.get("max_tokens") or body.get("max_completion_tokens"),
        temperature=body.get("temperature"),
        stop=[stop] if isinstance(stop, str) else stop,
    )
    for message in body["messages"]:
        content = message.get("content")
        if message["role"] == "system":
            asked.system += _text(content)
        elif message["role"] == "tool":
            asked.results.append(_text(content))
        else:
            asked.turns.append((message["role"], _text(content)))
        for part in content if isinstance(content, list) else []:
            if part["type"] == "image_url":
                media, data = part["image_url"]["url"].removeprefix("data:").split(";base64,")
                asked.images.append((media, data))
        for call in message.get("tool_calls") or []:
            asked.calls.append((call["function"]["name"], json.loads(call["function"]["arguments"])))
    for tool in body.get("tools") or []:
        asked.tools[tool["function"]["name"]] = tool["function"]["parameters"]
    return asked


def _anthropic(body) -> Asked:
    asked = Asked(
        system=_text(body.get("system", "")),
        max_tokens=body["max_tokens"],
        temperature=body.get("temperature"),
        stop=body.get("stop_sequences") or [],
    )
    for message in body["messages"]:
        content = message["content"]
        if text := _text(content):
            asked.turns.append((message["role"], text))
        for block in content if isinstance(content, list) else []:
            if block["type"] == "image":
                asked.images.append((block["source"]["media_type"], block["source"]["data"]))
            elif block["type"] == "tool_use":
                asked.calls.append((block["name"], block["input"]))
            elif block["type"] == "tool_result":
                asked.results.append(_text(block["content"]))
    for tool in body.get("tools") or []:
        asked.tools[tool["name"]] = tool["input_schema"]
    return asked


def _first(value: dict, *names, default=None):
    """Google reads both spellings of every field."""
    return next((value[name] for name in names if name in value), default)


def _gemini(body) -> Asked:
    settings = _first(body, "generationConfig", "generation_config", default={})
    system = _first(body, "systemInstruction", "system_instruction", default={})
    asked = Asked(
        system="".join(part["text"] for part in system.get("parts", [])),
        max_tokens=settings.get("maxOutputTokens"),
        temperature=settings.get("temperature"),
        stop=settings.get("stopSequences") or [],
    )
    for content in body["contents"]:
        role = "assistant" if content.get("role") == "model" else "user"
        if text := "".join(part.get("text", "") for part in content["parts"]):
            asked.turns.append((role, text))
        for part in content["parts"]:
            if inline := _first(part, "inlineData", "inline_data"):
                asked.images.append((_first(inline, "mimeType", "mime_type"), inline["data"]))
            if call := part.get("functionCall"):
                asked.calls.append((call["name"], call.get("args", {})))
            if result := part.get("functionResponse"):
                asked.results.append(json.dumps(result["response"]))
    for tool in body.get("tools") or []:
        for function in _first(tool, "functionDeclarations", "function_declarations", default=[]):
            asked.tools[function["name"]] = _first(function, "parametersJsonSchema", "parameters")
    return asked


def _ollama(body) -> Asked:
    options = body.get("options") or {}
    stop = options.get("stop") or []
    asked = Asked(
        max_tokens=options.get("num_predict"),
        temperature=options.get("temperature"),
        stop=[stop] if isinstance(stop, str) else stop,
    )
    for message in body["messages"]:
        if message["role"] == "system":
            asked.system += message["content"]
        elif message["role"] == "tool":
            asked.results.append(message["content"])
        elif message.get("content"):
            asked.turns.append((message["role"], message["content"]))
        asked.images += [(None, image) for image in message.get("images") or []]
        for call in message.get("tool_calls") or []:
            asked.calls.append((call["function"]["name"], call["function"]["arguments"]))
    for tool in body.get("tools") or []:
        asked.tools[tool["function"]["name"]] = tool["function"]["parameters"]
    return asked


def _converse(body) -> Asked:
    settings = body.get("inferenceConfig") or {}
    asked = Asked(
        system="".join(block["text"] for block in body.get("system") or []),
        max_tokens=settings.get("maxTokens"),
        temperature=settings.get("temperature"),
        stop=settings.get("stopSequences") or [],
    )
    for message in body["messages"]:
        if text := "".join(block.get("text", "") for block in message["content"]):
            asked.turns.append((message["role"], text))
        for block in message["content"]:
            if image := block.get("image"):
                asked.images.append((f"image/{image['format']}", image["source"]["bytes"]))
            elif call := block.get("toolUse"):
                asked.calls.append((call["name"], call["input"]))
            elif result := block.get("toolResult"):
                asked.results.append("".join(part.get("text", "") for part in result["content"]))
    for tool in (body.get("toolConfig") or {}).get("tools") or []:
        asked.tools[tool["toolSpec"]["name"]] = tool["toolSpec"]["inputSchema"]["json"]
    return asked


def _cohere(body) -> Asked:
    asked = _openai(body)
    asked.stop = body.get("stop_sequences") or []
    return asked
