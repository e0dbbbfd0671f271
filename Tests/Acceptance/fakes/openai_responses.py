"""OpenAI's Responses, as api.openai.com answers."""

from __future__ import annotations

import json

from .answer import Answer, halves
from .exchange import Exchange


class OpenAIResponses:
    name = "responses"
    kind = "openai"
    prefix = "/v1"
    whole_type = "application/json"
    stream_type = "text/event-stream; charset=utf-8"

    def is_streamed(self, exchange: Exchange) -> bool:
        return exchange.json.get("stream") is True

    def _items(self, answer: Answer) -> list[dict]:
        items = []
        if answer.thinking:
            summary = [{"type": "summary_text", "text": answer.thinking}]
            sealed = {"encrypted_content": answer.signature} if answer.signature else {}
            items.append({"id": "rs_fake", "type": "reasoning", "summary": summary, **sealed})
        if answer.text:
            part = {"type": "output_text", "annotations": [], "logprobs": [], "text": answer.text}
            items.append(
                {"id": "msg_fake", "type": "message", "status": "completed", "content": [part], "role": "assistant"}
            )
        for number, call in enumerate(answer.tools):
            items.append(
                {
                    "id": f"fc_{number}",
                    "type": "function_call",
                    "status": "completed",
                    "arguments": call.arguments,
                    "call_id": call.id,
                    "name": call.name,
                }
            )
        return items

    def _response(self, answer: Answer, exchange: Exchange, status: str) -> dict:
        done = status != "in_progress"
        incomplete = {"reason": "max_output_tokens"} if status == "incomplete" else None
        usage = answer.usage
        return {
            "id": "resp_fake",
            "object": "response",
            "created_at": 1755137921,
            "status": status,
            "error": None,
            "incomplete_details": incomplete,
            "model": answer.model or exchange.json["model"],
            "output": self._items(answer) if done else [],
            "parallel_tool_calls": True,
            "tool_choice": "auto",
            "tools": exchange.json.get("tools", []),
            "usage": {
                "input_tokens": usage.prompt,
                "input_tokens_details": {"cached_tokens": usage.cached},
                "output_tokens": usage.completion,
                "output_tokens_details": {"reasoning_tokens": usage.reasoning},
                "total_tokens": usage.prompt + usage.completion,
            }
            if done and usage
            else None,
            **answer.extra,
        }

    def whole(self, answer: Answer, exchange: Exchange) -> bytes:
        if exchange.path.endswith("/input_tokens"):
            return json.dumps({"object": "response.input_tokens", "input_tokens": answer.usage.prompt}).encode()
        return json.dumps(self._response(answer, exchange, self._status(answer))).encode()

    def _status(self, answer: Answer) -> str:
        return "incomplete" if answer.finish == "length" else "completed"

    def events(self, answer: Answer, exchange: Exchange) -> list[bytes]:
        events: list[bytes] = []

        def say(kind: str, **members):
            value = {"type": kind, "sequence_number": len(events), **members}
            events.append(f"event: {kind}\ndata: {json.dumps(value)}\n\n".encode())

        for kind in ("response.created", "response.in_progress"):
            say(kind, response=self._response(answer, exchange, "in_progress"))
        for index, item in enumerate(self._items(answer)):
            place = {"item_id": item["id"], "output_index": index}
            blank = {key: value for key, value in item.items() if key != "encrypted_content"}
            if item["type"] == "function_call":
                say("response.output_item.added", output_index=index, item={**blank, "arguments": ""})
                for half in halves(item["arguments"]):
                    say("response.function_call_arguments.delta", **place, delta=half)
                say("response.function_call_arguments.done", **place, arguments=item["arguments"])
            elif item["type"] == "reasoning":
                say("response.output_item.added", output_index=index, item={**blank, "summary": []})
                say("response.reasoning_summary_part.added", **place, summary_index=0, part={"type": "summary_text", "text": ""})
                for half in halves(answer.thinking):
                    say("response.reasoning_summary_text.delta", **place, summary_index=0, delta=half)
                say("response.reasoning_summary_text.done", **place, summary_index=0, text=answer.thinking)
            else:
                part = item["content"][0]
                say("response.output_item.added", output_index=index, item={**blank, "content": []})
                say("response.content_part.added", **place, content_index=0, part={**part, "text": ""})
                for piece in answer.text_pieces:
                    say("response.output_text.delta", **place, content_index=0, delta=piece, logprobs=[])
                say("response.output_text.done", **place, content_index=0, text=answer.text, logprobs=[])
                say("response.content_part.done", **place, content_index=0, part=part)
            say("response.output_item.done", output_index=index, item=item)
        status = self._status(answer)
        say(f"response.{status}", response=self._response(answer, exchange, status))
        return events

    def error(self, status: int, message: str, code: str | None) -> bytes:
        kind = {429: "tokens", 400: "invalid_request_error"}.get(status, "server_error")
        return json.dumps({"error": {"message": message, "type": kind, "param": None, "code": code}}).encode()

    def stream_error(self, message: str) -> bytes:
        error = {"type": "server_error", "code": "server_error", "message": message, "param": None}
        return f"event: error\ndata: {json.dumps({'type': 'error', 'sequence_number': 2, 'error': error})}\n\n".encode()
