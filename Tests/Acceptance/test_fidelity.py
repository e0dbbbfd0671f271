"""Every field that the official SDKs can send or may be answered has a row in Tests/Fidelity, where the gateway's own tests
find out what becomes of it."""

import inspect
import json
import re
from pathlib import Path
from typing import Optional

import cohere
import pydantic
import pytest
from anthropic.types import Message as AnthropicMessage
from anthropic.types import RawMessageStreamEvent as AnthropicEvent
from anthropic.types.message_create_params import MessageCreateParamsNonStreaming as AnthropicMessages
from google.genai import types as gemini
from ollama import _types as ollama
from openai.types import EmbeddingCreateParams, ModerationCreateParams
from openai.types.audio import SpeechCreateParams
from openai.types.chat import ChatCompletion, ChatCompletionChunk
from openai.types.chat.completion_create_params import CompletionCreateParamsNonStreaming as OpenAIChat
from openai.types.completion_create_params import CompletionCreateParamsNonStreaming as OpenAICompletions
from openai.types.image_generate_params import ImageGenerateParamsNonStreaming
from openai.types.responses import Response as OpenAIResponse
from openai.types.responses import ResponseStreamEvent as OpenAIResponsesEvent
from openai.types.responses.response_create_params import ResponseCreateParamsNonStreaming as OpenAIResponses

from sdk_fields import fields, members

ROWS = Path(__file__).parents[1] / "Fidelity"

# What google-genai's one `config` holds and the API has beside `generationConfig`.
BESIDE = {
    "systemInstruction": gemini.Content,
    "tools": list[gemini.Tool],
    "toolConfig": gemini.ToolConfig,
    "safetySettings": list[gemini.SafetySetting],
    "cachedContent": str,
    "labels": dict[str, str],
    "serviceTier": str,
    "store": bool,
    "modelArmorConfig": gemini.ModelArmorConfig,
    "continuationToken": str,
    "automaticContinuation": bool,
    "generationOutputConfig": gemini.GenerationOutputConfig,
}
# What the SDK keeps to itself.
CLIENT_SIDE = {"httpOptions", "automaticFunctionCalling", "shouldReturnHttpResponse"}
GENERATION_CONFIG = {
    name: kind
    for config in (gemini.GenerateContentConfig, gemini.GenerationConfig)
    for name, kind in members(config).items()
    if name not in BESIDE and name not in CLIENT_SIDE
}


# What google-genai adds to an answer.
ADDED = tuple(
    f"{place}{name}"
    for place in ("", "events.")
    for name in ("automaticFunctionCallingHistory", "parsed", "sdkHttpResponse")
)


def model(name, **kinds):
    return pydantic.create_model(name, **{key: (Optional[kind], None) for key, kind in kinds.items()})


Gemini = model(
    "Gemini", contents=list[gemini.Content], generationConfig=model("Config", **GENERATION_CONFIG), **BESIDE
)

GeminiEmbedding = model(
    "GeminiEmbedding",
    content=gemini.Content,
    **{name: kind for name, kind in members(gemini.EmbedContentConfig).items() if name not in CLIENT_SIDE},
)


def parameters(function):
    """What a function of Cohere's client sends, whose requests have no types."""
    named = inspect.signature(function).parameters.values()
    kinds = {each.name: each.annotation for each in named if each.name not in ("self", "request_options")}
    return model(function.__name__, **kinds)


REQUESTS = {
    "cohere-embed": parameters(cohere.ClientV2.embed),
    "cohere-rerank": parameters(cohere.ClientV2.rerank),
    "gemini-embeddings": GeminiEmbedding,
    "ollama-embed": ollama.EmbedRequest,
    "openai-embeddings": EmbeddingCreateParams,
    "openai-images": ImageGenerateParamsNonStreaming,
    "openai-moderations": ModerationCreateParams,
    "openai-speech": SpeechCreateParams,
    "anthropic-messages": AnthropicMessages,
    "gemini": Gemini,
    "ollama-chat": ollama.ChatRequest,
    "ollama-generate": ollama.GenerateRequest,
    "openai-chat": OpenAIChat,
    "openai-completions": OpenAICompletions,
    "openai-responses": OpenAIResponses,
}


def without_rows(kind, file):
    """The fields that no row speaks for. A row that names no kind speaks for each kind, one that is `whole` for all in it."""
    rows = json.loads((ROWS / f"{file}.json").read_text())["rows"]
    names = {row["field"] for row in rows}
    whole = {row["field"] for row in rows if row.get("whole")}
    known = {name for name in fields(kind) if not name.startswith(ADDED)}
    assert len(known) >= 5
    plain = {name: re.sub(r"\[[^]]*\]", "", name) for name in known}

    def is_covered(name):
        parts = re.split(r"(?=[.\[])", name)
        above = {"".join(parts[:count]) for count in range(1, len(parts))}
        return name in names or plain[name] in names or any(each in whole for each in above)

    return sorted(name for name in known if not is_covered(name))


@pytest.mark.parametrize("dialect", REQUESTS)
def test_every_field_of_the_sdks_requests_has_a_row(dialect):
    assert without_rows(REQUESTS[dialect], f"requests/{dialect}") == []


ANSWERS = {
    "chat": ChatCompletion,
    "cohere": cohere.V2ChatResponse,
    "generate": gemini.GenerateContentResponse,
    "messages": AnthropicMessage,
    "ollama": ollama.ChatResponse,
    "responses": OpenAIResponse,
}


@pytest.mark.parametrize("wire", ANSWERS)
def test_every_field_of_the_sdks_answers_has_a_row(wire):
    assert without_rows(ANSWERS[wire], f"answers/{wire}") == []


STREAMS = {
    "chat": ChatCompletionChunk,
    "cohere": cohere.V2ChatStreamResponse,
    "generate": gemini.GenerateContentResponse,
    "messages": AnthropicEvent,
    "ollama": ollama.ChatResponse,
    "responses": OpenAIResponsesEvent,
}


@pytest.mark.parametrize("wire", STREAMS)
def test_every_field_of_the_sdks_events_has_a_row(wire):
    assert without_rows(model("Stream", events=list[STREAMS[wire]]), f"streams/{wire}") == []
