"""Providers that answer with every field the SDK's types have."""

from __future__ import annotations

import json

import anthropic.types
import anthropic.types.beta
import openai.types
import openai.types.audio
import openai.types.chat
import openai.types.responses
import openai.types.responses.input_token_count_response
from samples import sample

from fakes import EVERY_WIRE, Fake, behaviours, openai_tasks

# The suite asks what it gets for its content as JSON.
RECORDING = b'{"foo": "bar"}'

OPENAI = {
    "/v1/audio/transcriptions": openai.types.audio.Transcription,
    "/v1/audio/translations": openai.types.audio.Translation,
    "/v1/chat/completions": openai.types.chat.ChatCompletion,
    "/v1/embeddings": openai.types.CreateEmbeddingResponse,
    "/v1/images/edits": openai.types.ImagesResponse,
    "/v1/images/generations": openai.types.ImagesResponse,
    "/v1/images/variations": openai.types.ImagesResponse,
    "/v1/moderations": openai.types.ModerationCreateResponse,
    "/v1/responses": openai.types.responses.Response,
    "/v1/responses/input_tokens": openai.types.responses.input_token_count_response.InputTokenCountResponse,
}
ANTHROPIC = {
    "/v1/messages": anthropic.types.Message,
    "/v1/messages/count_tokens": anthropic.types.MessageTokensCount,
}
ANTHROPIC_BETA = {
    "/v1/messages": anthropic.types.beta.BetaMessage,
    "/v1/messages/count_tokens": anthropic.types.beta.BetaMessageTokensCount,
}


def upstream(wire: str) -> Fake:
    fake = Fake(EVERY_WIRE[wire])
    fake.decide = _decide
    return fake


def _decide(exchange):
    """A complete answer; streams and other wires are left to the fake."""
    if exchange.path == "/v1/audio/speech":
        return behaviours.body(RECORDING, content_type="audio/mpeg")
    is_beta = "beta=true" in exchange.target
    kind = ({**OPENAI, **(ANTHROPIC_BETA if is_beta else ANTHROPIC)}).get(exchange.path)
    if exchange.path.startswith(("/v1/audio", "/v1/images")) and _is_streamed(exchange):
        return openai_tasks.decide(exchange)
    if exchange.path.endswith(":countTokens"):
        return behaviours.body(b'{"totalTokens": 31}')
    if exchange.path.endswith("/count-tokens"):
        return behaviours.body(b'{"inputTokens": 31}')
    if kind is None or _is_streamed(exchange):
        return None
    return behaviours.body(json.dumps(sample(kind)).encode())


def _is_streamed(exchange) -> bool:
    if "json" in exchange.header("content-type"):
        return exchange.json.get("stream") is True
    return b'name="stream"\r\n\r\ntrue' in exchange.body
