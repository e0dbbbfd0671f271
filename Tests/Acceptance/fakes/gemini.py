"""Gemini's generateContent and streamGenerateContent."""

from __future__ import annotations

import json

from .answer import Answer, halves
from .exchange import Exchange

_FINISH = {"stop": "STOP", "length": "MAX_TOKENS", "tool_calls": "STOP", "content_filter": "SAFETY"}
_STATUS = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
    503: "UNAVAILABLE",
}


class Gemini:
    name = "gemini"
    kind = "google"
    prefix = "/v1beta"
    whole_type = "application/json; charset=UTF-8"
    stream_type = "text/event-stream"

    def is_streamed(self, exchange: Exchange) -> bool:
        return exchange.path.endswith(":streamGenerateContent")

    def _model(self, answer: Answer, exchange: Exchange) -> str:
        return answer.model or exchange.path.split("/models/")[1].rsplit(":", 1)[0]

    def _body(self, answer: Answer, exchange: Exchange, parts, finish=None):
        candidate = {"content": {"parts": parts, "role": "model"}, "index": 0}
        if finish:
            candidate["finishReason"] = finish
        body = {"candidates": [candidate], "modelVersion": self._model(answer, exchange), "responseId": "fake"}
        if usage := answer.usage:
            body["usageMetadata"] = {
                "promptTokenCount": usage.prompt,
                "candidatesTokenCount": usage.completion - usage.reasoning,
                "totalTokenCount": usage.prompt + usage.completion,
                "cachedContentTokenCount": usage.cached,
                "thoughtsTokenCount": usage.reasoning,
            }
        return body

    def _calls(self, answer: Answer):
        calls = [
            {"functionCall": {"name": call.name, "args": json.loads(call.arguments)}} for call in answer.tools
        ]
        if calls and answer.signature:
            calls[0]["thoughtSignature"] = answer.signature
        return calls

    def whole(self, answer: Answer, exchange: Exchange) -> bytes:
        parts = [{"text": answer.thinking, "thought": True}] if answer.thinking else []
        parts += [{"text": answer.text}] if answer.text else []
        parts += self._calls(answer)
        return json.dumps(self._body(answer, exchange, parts, _FINISH[answer.finish_reason])).encode()

    def events(self, answer: Answer, exchange: Exchange) -> list[bytes]:
        steps = [[{"text": half, "thought": True}] for half in halves(answer.thinking)] if answer.thinking else []
        steps += [[{"text": piece}] for piece in answer.text_pieces]
        steps += [self._calls(answer)] if answer.tools else []
        steps = steps or [[{"text": ""}]]
        bodies = [self._body(answer, exchange, step) for step in steps]
        bodies[-1]["candidates"][0]["finishReason"] = _FINISH[answer.finish_reason]
        # CRLF and no [DONE], as recorded.
        return [b"data: " + json.dumps(body).encode() + b"\r\n\r\n" for body in bodies]

    def error(self, status: int, message: str, code: str | None) -> bytes:
        return json.dumps({"error": {"code": status, "message": message, "status": code or _STATUS[status]}}).encode()

    def stream_error(self, message: str) -> bytes:
        body = {"error": {"code": 503, "message": message, "status": "UNAVAILABLE"}}
        return b"data: " + json.dumps(body).encode() + b"\r\n\r\n"
