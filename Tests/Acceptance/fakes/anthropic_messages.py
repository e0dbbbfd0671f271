"""Anthropic's messages."""

from __future__ import annotations

import json

from .answer import Answer, halves
from .exchange import Exchange

_STOP = {"stop": "end_turn", "length": "max_tokens", "tool_calls": "tool_use", "content_filter": "refusal"}
_TYPES = {
    400: "invalid_request_error",
    401: "authentication_error",
    403: "permission_error",
    404: "not_found_error",
    413: "request_too_large",
    429: "rate_limit_error",
    500: "api_error",
    529: "overloaded_error",
}


def _event(name: str, **fields) -> bytes:
    return f"event: {name}\ndata: {json.dumps({'type': name, **fields})}\n\n".encode()


class AnthropicMessages:
    name = "anthropic"
    kind = "anthropic"
    prefix = "/v1"
    whole_type = "application/json"
    stream_type = "text/event-stream; charset=utf-8"

    def is_streamed(self, exchange: Exchange) -> bool:
        return exchange.json.get("stream") is True

    def usage(self, answer: Answer):
        usage = answer.usage
        if usage is None:
            return {}
        return {
            "input_tokens": usage.prompt - usage.cached,
            "cache_read_input_tokens": usage.cached,
            "cache_creation_input_tokens": 0,
            "output_tokens": usage.completion,
        }

    def _message(self, answer: Answer, exchange: Exchange, content, stop, usage):
        return {
            "id": "msg_fake",
            "type": "message",
            "role": "assistant",
            "model": answer.model or exchange.json["model"],
            "content": content,
            "stop_reason": stop,
            "stop_sequence": None,
            "usage": usage,
        }

    def whole(self, answer: Answer, exchange: Exchange) -> bytes:
        content = []
        if answer.thinking:
            content.append({"type": "thinking", "thinking": answer.thinking, "signature": answer.signature})
        if answer.text:
            content.append({"type": "text", "text": answer.text})
        for call in answer.tools:
            content.append({"type": "tool_use", "id": call.id, "name": call.name, "input": json.loads(call.arguments)})
        stop = _STOP[answer.finish_reason]
        return json.dumps(self._message(answer, exchange, content, stop, self.usage(answer))).encode()

    def events(self, answer: Answer, exchange: Exchange) -> list[bytes]:
        usage = self.usage(answer)
        first = {**usage, "output_tokens": 1} if usage else {}
        events = [_event("message_start", message=self._message(answer, exchange, [], None, first))]
        events.append(_event("ping"))
        index = 0

        def block(start, deltas):
            nonlocal index
            events.append(_event("content_block_start", index=index, content_block=start))
            events.extend(_event("content_block_delta", index=index, delta=delta) for delta in deltas)
            events.append(_event("content_block_stop", index=index))
            index += 1

        if answer.thinking:
            deltas = [{"type": "thinking_delta", "thinking": half} for half in halves(answer.thinking)]
            deltas.append({"type": "signature_delta", "signature": answer.signature})
            block({"type": "thinking", "thinking": "", "signature": ""}, deltas)
        if answer.text_pieces:
            deltas = [{"type": "text_delta", "text": piece} for piece in answer.text_pieces]
            block({"type": "text", "text": ""}, deltas)
        for call in answer.tools:
            deltas = [{"type": "input_json_delta", "partial_json": half} for half in ("", *halves(call.arguments))]
            block({"type": "tool_use", "id": call.id, "name": call.name, "input": {}}, deltas)
        stop = {"stop_reason": _STOP[answer.finish_reason], "stop_sequence": None}
        # The last usage is cumulative, not an addition to the first.
        events.append(_event("message_delta", delta=stop, usage=usage))
        events.append(_event("message_stop"))
        return events

    def error(self, status: int, message: str, code: str | None) -> bytes:
        kind = code or _TYPES.get(status, "api_error")
        return json.dumps({"type": "error", "error": {"type": kind, "message": message}, "request_id": "req_fake"}).encode()

    def stream_error(self, message: str) -> bytes:
        return _event("error", error={"type": "overloaded_error", "message": message})
