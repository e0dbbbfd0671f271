"""OpenAI's chat completions, as api.openai.com answers."""

from __future__ import annotations

import json

from .answer import Answer, halves
from .exchange import Exchange

_TYPES = {400: "invalid_request_error", 401: "invalid_request_error", 403: "permission_error", 404: "invalid_request_error"}


def _data(value) -> bytes:
    return b"data: " + json.dumps(value).encode() + b"\n\n"


class OpenAIChat:
    name = "openai"
    kind = "openai"
    prefix = "/v1"
    whole_type = "application/json"
    stream_type = "text/event-stream; charset=utf-8"

    def is_streamed(self, exchange: Exchange) -> bool:
        return exchange.json.get("stream") is True

    def usage(self, answer: Answer):
        usage = answer.usage
        return {
            "prompt_tokens": usage.prompt,
            "completion_tokens": usage.completion,
            "total_tokens": usage.prompt + usage.completion,
            "prompt_tokens_details": {"cached_tokens": usage.cached},
            "completion_tokens_details": {"reasoning_tokens": usage.reasoning},
        }

    def whole(self, answer: Answer, exchange: Exchange) -> bytes:
        message = {"role": "assistant", "content": answer.text or None, "refusal": None}
        if answer.thinking:
            message["reasoning_content"] = answer.thinking
        if answer.tools:
            message["tool_calls"] = [
                {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": call.arguments}}
                for call in answer.tools
            ]
        body = {
            "id": "chatcmpl-fake",
            "object": "chat.completion",
            "created": 1755137921,
            "model": answer.model or exchange.json["model"],
            "choices": [{"index": 0, "message": message, "logprobs": None, "finish_reason": answer.finish_reason}],
            **answer.extra,
        }
        if answer.usage:
            body["usage"] = self.usage(answer)
        return json.dumps(body).encode()

    def events(self, answer: Answer, exchange: Exchange) -> list[bytes]:
        base = {
            "id": "chatcmpl-fake",
            "object": "chat.completion.chunk",
            "created": 1755137921,
            "model": answer.model or exchange.json["model"],
            **answer.extra,
        }
        asked = (exchange.json.get("stream_options") or {}).get("include_usage")
        null_usage = {"usage": None} if asked else {}

        def chunk(delta, finish=None):
            choice = {"index": 0, "delta": delta, "finish_reason": finish}
            return _data({**base, "choices": [choice], **null_usage})

        events = [chunk({"role": "assistant", "content": ""})]
        if answer.thinking:
            events += [chunk({"reasoning_content": half}) for half in halves(answer.thinking)]
        events += [chunk({"content": piece}) for piece in answer.text_pieces]
        for index, call in enumerate(answer.tools):
            start = {"index": index, "id": call.id, "type": "function", "function": {"name": call.name, "arguments": ""}}
            events.append(chunk({"tool_calls": [start]}))
        # Argument deltas of parallel calls interleave.
        for half in (0, 1):
            for index, call in enumerate(answer.tools):
                delta = {"index": index, "function": {"arguments": halves(call.arguments)[half]}}
                events.append(chunk({"tool_calls": [delta]}))
        events.append(chunk({}, answer.finish_reason))
        if asked and answer.usage:
            events.append(_data({**base, "choices": [], "usage": self.usage(answer)}))
        events.append(b"data: [DONE]\n\n")
        return events

    def error(self, status: int, message: str, code: str | None) -> bytes:
        kind = _TYPES.get(status, "tokens" if status == 429 else "server_error")
        return json.dumps({"error": {"message": message, "type": kind, "param": None, "code": code}}).encode()

    def stream_error(self, message: str) -> bytes:
        return _data({"error": {"message": message, "type": "server_error", "param": None, "code": "server_error"}})
