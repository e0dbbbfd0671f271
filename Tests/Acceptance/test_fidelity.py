"""Every field that the official SDKs can send or may be answered has a row in Tests/Fidelity, where the gateway's own tests
find out what becomes of it."""

import inspect
import json
import re
import typing
from pathlib import Path
from typing import Optional

import botocore.session
import cohere
import pydantic
import pytest
from anthropic.types import Message as AnthropicMessage
from anthropic.types import RawMessageStreamEvent as AnthropicEvent
from anthropic.types.message_create_params import MessageCreateParamsNonStreaming as AnthropicMessages
from anthropic.types.beta import BetaMessage as AnthropicBetaMessage
from anthropic.types.beta import BetaRawMessageStreamEvent as AnthropicBetaEvent
from anthropic.types.beta.message_create_params import MessageCreateParamsNonStreaming as AnthropicBetaMessages
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
    "anthropic-messages": AnthropicMessages | AnthropicBetaMessages,
    "gemini": Gemini,
    "ollama-chat": ollama.ChatRequest,
    "ollama-generate": ollama.GenerateRequest,
    "openai-chat": OpenAIChat,
    "openai-completions": OpenAICompletions,
    "openai-responses": OpenAIResponses,
}


# What the beta's SDK sends as a header.
IN_HEADERS = {"betas"}


def shape_fields(shape, path="", above=()):
    """Every field of a shape of Amazon's service model, those of recursive shapes once."""
    if shape.type_name == "list":
        yield from shape_fields(shape.member, path, above)
    elif shape.type_name == "structure" and shape.name not in above:
        for name, member in shape.members.items():
            here = f"{path}.{name}" if path else name
            yield here
            yield from shape_fields(member, here, above + (shape.name,))


def converse(operation):
    """What Bedrock answers to an operation; the events of a stream stand under `events`."""
    service = botocore.session.Session().get_service_model("bedrock-runtime")
    shape = service.operation_model(operation).output_shape
    return [re.sub("^stream", "events", name) for name in shape_fields(shape)]


def fields_of(kind):
    if isinstance(kind, list):
        return set(kind)
    kinds = typing.get_args(kind) or (kind,)
    names = {name for each in kinds for name in fields(each)}
    return {name for name in names if not name.startswith(ADDED) and name not in IN_HEADERS}


def without_rows(kind, file):
    """The fields that no row speaks for. A row that names no kind speaks for each kind, one that is `whole` for all in it."""
    rows = json.loads((ROWS / f"{file}.json").read_text())["rows"]
    names = {row["field"] for row in rows}
    whole = {row["field"] for row in rows if row.get("whole")}
    known = fields_of(kind)
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
    "converse": converse("Converse"),
    "generate": gemini.GenerateContentResponse,
    "messages": AnthropicMessage | AnthropicBetaMessage,
    "ollama": ollama.ChatResponse,
    "responses": OpenAIResponse,
}


@pytest.mark.parametrize("wire", ANSWERS)
def test_every_field_of_the_sdks_answers_has_a_row(wire):
    assert without_rows(ANSWERS[wire], f"answers/{wire}") == []


STREAMS = {
    "chat": ChatCompletionChunk,
    "cohere": cohere.V2ChatStreamResponse,
    "converse": converse("ConverseStream"),
    "generate": gemini.GenerateContentResponse,
    "messages": AnthropicEvent | AnthropicBetaEvent,
    "ollama": ollama.ChatResponse,
    "responses": OpenAIResponsesEvent,
}


@pytest.mark.parametrize("wire", STREAMS)
def test_every_field_of_the_sdks_events_has_a_row(wire):
    kind = STREAMS[wire]
    events = kind if isinstance(kind, list) else model("Stream", events=list[kind])
    assert without_rows(events, f"streams/{wire}") == []
