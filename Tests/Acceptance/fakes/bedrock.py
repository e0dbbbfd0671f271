"""Amazon Bedrock: Converse, and Anthropic's messages by `invoke`. A request whose signature is wrong is refused."""

from __future__ import annotations

import base64
import dataclasses
import json
import urllib.parse

from . import amazon, behaviours
from .anthropic_messages import AnthropicMessages
from .answer import Answer, halves
from .exchange import Exchange

_STOP = {"stop": "end_turn", "length": "max_tokens", "tool_calls": "tool_use", "content_filter": "guardrail_intervened"}
_TYPES = {
    400: "ValidationException",
    403: "AccessDeniedException",
    404: "ResourceNotFoundException",
    429: "ThrottlingException",
    500: "InternalServerException",
    503: "ServiceUnavailableException",
}


class _Bedrock:
    kind = "bedrock"
    prefix = ""
    whole_type = "application/json"
    stream_type = "application/vnd.amazon.eventstream"
    key = amazon.KEY
    settings = {"region": amazon.REGION}

    def refusal(self, exchange: Exchange):
        if exchange.header("authorization") == "Bearer ABSKfake":
            return None
        if fault := amazon.fault_of_signature(exchange):
            raw = json.dumps({"message": "The request signature we calculated does not match."}).encode()
            return behaviours.body(raw, 403, headers={"x-amzn-errortype": fault + ":http://internal.amazon.com/"})
        return None

    def error(self, status: int, message: str, code: str | None) -> bytes:
        return json.dumps({"__type": code or _TYPES.get(status, "InternalServerException"), "message": message}).encode()

    def stream_error(self, message: str) -> bytes:
        return amazon.exception("modelStreamErrorException", message)


def model_of(exchange: Exchange) -> str:
    return urllib.parse.unquote(exchange.path.split("/")[2])


class BedrockConverse(_Bedrock):
    name = "converse"

    def is_streamed(self, exchange: Exchange) -> bool:
        return exchange.path.endswith("/converse-stream")

    def usage(self, answer: Answer):
        usage = answer.usage
        if usage is None:
            return {}
        return {
            "usage": {
                "inputTokens": usage.prompt - usage.cached,
                "outputTokens": usage.completion,
                "totalTokens": usage.prompt + usage.completion,
                "cacheReadInputTokens": usage.cached,
                "cacheWriteInputTokens": 0,
            }
        }

    def whole(self, answer: Answer, exchange: Exchange) -> bytes:
        content = []
        if answer.thinking:
            text = {"text": answer.thinking, **({"signature": answer.signature} if answer.signature else {})}
            content.append({"reasoningContent": {"reasoningText": text}})
        if answer.text:
            content.append({"text": answer.text})
        for call in answer.tools:
            content.append({"toolUse": {"toolUseId": call.id, "name": call.name, "input": json.loads(call.arguments)}})
        return json.dumps(
            {
                "output": {"message": {"role": "assistant", "content": content}},
                "stopReason": _STOP[answer.finish_reason],
                "metrics": {"latencyMs": 5},
                **self.usage(answer),
            }
        ).encode()

    def events(self, answer: Answer, exchange: Exchange) -> list[bytes]:
        events, index = [amazon.event("messageStart", {"role": "assistant", "p": "abc"})], 0

        def block(deltas, start=None):
            nonlocal index
            if start:
                events.append(amazon.event("contentBlockStart", {"contentBlockIndex": index, "start": start}))
            for delta in deltas:
                events.append(amazon.event("contentBlockDelta", {"contentBlockIndex": index, "delta": delta}))
            events.append(amazon.event("contentBlockStop", {"contentBlockIndex": index}))
            index += 1

        if answer.thinking:
            deltas = [{"reasoningContent": {"text": half}} for half in halves(answer.thinking)]
            block(deltas + ([{"reasoningContent": {"signature": answer.signature}}] if answer.signature else []))
        if answer.text_pieces:
            block([{"text": piece} for piece in answer.text_pieces])
        for call in answer.tools:
            deltas = [{"toolUse": {"input": half}} for half in halves(call.arguments)]
            block(deltas, {"toolUse": {"toolUseId": call.id, "name": call.name}})
        events.append(amazon.event("messageStop", {"stopReason": _STOP[answer.finish_reason]}))
        events.append(amazon.event("metadata", {**self.usage(answer), "metrics": {"latencyMs": 5}}))
        return events


class BedrockInvoke(_Bedrock):
    """`wire: "invoke"` on the model; the stream is Anthropic's, each event in base 64."""

    name = "invoke"
    settings = {"region": amazon.REGION, "wire": "invoke"}
    _messages = AnthropicMessages()

    def is_streamed(self, exchange: Exchange) -> bool:
        return exchange.path.endswith("/invoke-with-response-stream")

    def _named(self, answer: Answer, exchange: Exchange) -> Answer:
        return dataclasses.replace(answer, model=answer.model or model_of(exchange))

    def whole(self, answer: Answer, exchange: Exchange) -> bytes:
        return self._messages.whole(self._named(answer, exchange), exchange)

    def events(self, answer: Answer, exchange: Exchange) -> list[bytes]:
        events = []
        for text in self._messages.events(self._named(answer, exchange), exchange):
            data = text.split(b"data: ", 1)[1].strip()
            events.append(amazon.event("chunk", {"bytes": base64.b64encode(data).decode(), "p": "abcdef"}))
        return events
