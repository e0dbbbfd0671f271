"""Ollama's /api/chat and /api/generate: one JSON object a line, streamed unless told otherwise."""

from __future__ import annotations

import json

from .answer import Answer, halves
from .exchange import Exchange


class OllamaChat:
    name = "ollama"
    kind = "ollama"
    prefix = ""
    whole_type = "application/json; charset=utf-8"
    stream_type = "application/x-ndjson"

    def is_streamed(self, exchange: Exchange) -> bool:
        return exchange.json.get("stream", True)

    def _line(self, answer: Answer, exchange: Exchange, message, done: bool):
        body = {
            "model": answer.model or exchange.json["model"],
            "created_at": "2025-10-26T19:31:16.1Z",
            "message": {"role": "assistant", "content": "", **message},
            "done": done,
        }
        if exchange.path.endswith("/generate"):
            body["response"] = body.pop("message")["content"]
        if done:
            body |= {"done_reason": "length" if answer.finish_reason == "length" else "stop", "total_duration": 5_000_000}
            if usage := answer.usage:
                body |= {"prompt_eval_count": usage.prompt, "eval_count": usage.completion, "eval_duration": 1_000_000}
        return body

    def _calls(self, answer: Answer):
        return [
            {"function": {"index": index, "name": call.name, "arguments": json.loads(call.arguments)}}
            for index, call in enumerate(answer.tools)
        ]

    def whole(self, answer: Answer, exchange: Exchange) -> bytes:
        message = {"content": answer.text}
        if answer.thinking:
            message["thinking"] = answer.thinking
        if answer.tools:
            message["tool_calls"] = self._calls(answer)
        return json.dumps(self._line(answer, exchange, message, True)).encode()

    def events(self, answer: Answer, exchange: Exchange) -> list[bytes]:
        steps = [{"thinking": half} for half in halves(answer.thinking)] if answer.thinking else []
        steps += [{"content": piece} for piece in answer.text_pieces]
        steps += [{"tool_calls": [call]} for call in self._calls(answer)]
        bodies = [self._line(answer, exchange, step, False) for step in steps]
        bodies.append(self._line(answer, exchange, {}, True))
        return [json.dumps(body).encode() + b"\n" for body in bodies]

    def error(self, status: int, message: str, code: str | None) -> bytes:
        return json.dumps({"error": message}).encode()

    def stream_error(self, message: str) -> bytes:
        return json.dumps({"error": message}).encode() + b"\n"
