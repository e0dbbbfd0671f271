"""Cohere's chat, version 2."""

from __future__ import annotations

import json

from .answer import Answer, halves
from .exchange import Exchange

_FINISH = {"stop": "COMPLETE", "length": "MAX_TOKENS", "tool_calls": "TOOL_CALL", "content_filter": "ERROR_TOXIC"}


def _event(name: str, **fields) -> bytes:
    return f"event: {name}\ndata: {json.dumps({'type': name, **fields})}\n\n".encode()


class CohereChat:
    name = "cohere"
    kind = "cohere"
    prefix = "/v2"
    whole_type = "application/json"
    stream_type = "text/event-stream"

    def is_streamed(self, exchange: Exchange) -> bool:
        return exchange.json.get("stream") is True

    def usage(self, answer: Answer):
        usage = answer.usage
        if usage is None:
            return {}
        return {
            "usage": {
                "billed_units": {"input_tokens": usage.prompt, "output_tokens": usage.completion},
                "tokens": {"input_tokens": usage.prompt + 500, "output_tokens": usage.completion + 2},
                "cached_tokens": 480,
            }
        }

    def whole(self, answer: Answer, exchange: Exchange) -> bytes:
        content = [{"type": "thinking", "thinking": answer.thinking}] if answer.thinking else []
        content += [{"type": "text", "text": answer.text}] if answer.text else []
        message = {"role": "assistant", "content": content}
        if answer.tools:
            message["tool_calls"] = [
                {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": call.arguments}}
                for call in answer.tools
            ]
        finish = _FINISH[answer.finish_reason]
        return json.dumps({"id": "fake", "message": message, "finish_reason": finish, **self.usage(answer)}).encode()

    def events(self, answer: Answer, exchange: Exchange) -> list[bytes]:
        start = {"role": "assistant", "content": [], "tool_plan": "", "tool_calls": [], "citations": []}
        events, index = [_event("message-start", id="fake", delta={"message": start})], 0

        def block(kind, pieces):
            nonlocal index
            first = {"message": {"content": {"type": kind, kind: ""}}}
            events.append(_event("content-start", index=index, delta=first))
            for piece in pieces:
                events.append(_event("content-delta", index=index, delta={"message": {"content": {kind: piece}}}))
            events.append(_event("content-end", index=index))
            index += 1

        if answer.thinking:
            block("thinking", halves(answer.thinking))
        if answer.text_pieces:
            block("text", answer.text_pieces)
        for number, call in enumerate(answer.tools):
            begun = {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": ""}}
            events.append(_event("tool-call-start", index=number, delta={"message": {"tool_calls": begun}}))
            for half in halves(call.arguments):
                delta = {"message": {"tool_calls": {"function": {"arguments": half}}}}
                events.append(_event("tool-call-delta", index=number, delta=delta))
            events.append(_event("tool-call-end", index=number))
        end = {"finish_reason": _FINISH[answer.finish_reason], **self.usage(answer)}
        events.append(_event("message-end", delta=end))
        return events

    def error(self, status: int, message: str, code: str | None) -> bytes:
        return json.dumps({"id": "fake", "message": message, **({"error_type": code} if code else {})}).encode()

    def stream_error(self, message: str) -> bytes:
        return _event("message-end", delta={"finish_reason": "ERROR", "usage": {}, "error": message})
