"""Operations besides chat at providers that have words of their own for them, asked with the official SDKs."""

import base64
import json
import urllib.parse

import pytest

from configs import provider, user
from fakes import behaviours


def answers(make_fake, wire, value):
    """A fake that answers everything with the same JSON."""
    return make_fake(wire, behaviours.body(json.dumps(value).encode()))


def test_titan_embeds_a_text_for_openais_sdk(make_gateway, make_fake):
    fake = answers(make_fake, "converse", {"embedding": [1.5, -2], "inputTextTokenCount": 3})
    gateway = make_gateway({"providers": {"aws": provider(fake, "amazon.titan-embed-text-v2:0")}})
    with gateway.sdk() as sdk:
        answer = sdk.embeddings.create(model="aws/amazon.titan-embed-text-v2:0", input=["hello"], dimensions=256)
    assert answer.data[0].embedding == [1.5, -2] and answer.usage.prompt_tokens == 3
    assert urllib.parse.unquote(fake.last.path) == "/model/amazon.titan-embed-text-v2:0/invoke"
    assert json.loads(fake.last.body) == {"inputText": "hello", "dimensions": 256}


@pytest.mark.parametrize("wire", ["converse", "invoke"])
def test_bedrock_counts_tokens_for_anthropics_sdk(make_gateway, make_fake, wire):
    fake = answers(make_fake, wire, {"inputTokens": 14})
    model = "us.anthropic.claude-3-5-haiku-20241022-v1:0"
    gateway = make_gateway({"providers": {"aws": provider(fake, model)}})
    with gateway.anthropic_sdk() as sdk:
        raw = sdk.messages.with_raw_response.count_tokens(model=f"aws/{model}", messages=[user("hello")])
    assert raw.parse().input_tokens == 14 and "x-switchyard-estimated" not in raw.headers
    assert urllib.parse.unquote(fake.last.path) == f"/model/{model[3:]}/count-tokens"
    asked = json.loads(fake.last.body)["input"]
    if wire == "invoke":
        asked = json.loads(base64.b64decode(asked["invokeModel"]["body"]))
        assert asked["messages"] == [user("hello")] and asked["max_tokens"] > 0
    else:
        assert asked["converse"]["messages"][0]["content"] == [{"text": "hello"}]


def test_bedrocks_models_that_do_not_count_are_estimated_for(make_gateway, make_fake):
    message = {"message": "The provided model doesn't support counting tokens."}
    fake = make_fake("converse", behaviours.body(json.dumps(message).encode(), 400))
    gateway = make_gateway({"providers": {"aws": provider(fake)}})
    with gateway.anthropic_sdk() as sdk:
        raw = sdk.messages.with_raw_response.count_tokens(model="aws/m", messages=[user("hello there")])
    assert 1 <= raw.parse().input_tokens <= 20 and raw.headers["x-switchyard-estimated"] == "true"


def test_gemini_draws_for_openais_sdk(make_gateway, make_fake):
    picture = {"inlineData": {"mimeType": "image/png", "data": "iVBORw0KGgo="}}
    drawn = {
        "candidates": [{"content": {"role": "model", "parts": [{"text": "Here."}, picture]}, "finishReason": "STOP"}],
        "usageMetadata": {"promptTokenCount": 4, "candidatesTokenCount": 1290, "totalTokenCount": 1294},
    }
    fake = answers(make_fake, "gemini", drawn)
    gateway = make_gateway({"providers": {"g": provider(fake, "gemini-2.5-flash-image")}})
    with gateway.sdk() as sdk:
        raw = sdk.images.with_raw_response.generate(
            model="g/gemini-2.5-flash-image", prompt="a cat", size="1024x1536", quality="high",
            extra_headers={"x-request-id": "drawn"},
        )  # fmt: skip
    assert raw.parse().data[0].b64_json == "iVBORw0KGgo="
    assert raw.headers["x-switchyard-dropped-params"] == "quality"
    assert json.loads(fake.last.body)["generationConfig"]["imageConfig"] == {"aspectRatio": "2:3"}
    row = gateway.row("drawn")
    assert (row["prompt_tokens"], row["completion_tokens"]) == (4, 1290)


def test_completions_reach_models_of_that_kind_as_they_came(make_gateway, make_fake):
    whole = {
        "id": "cmpl-1", "object": "text_completion", "created": 1, "model": "coder",
        "choices": [{"index": 0, "text": "x):", "logprobs": None, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5},
    }  # fmt: skip
    pieces = [{**whole, "choices": [{**whole["choices"][0], "text": text, "finish_reason": end}], "usage": None}
              for text, end in (("x", None), ("):", "stop"))]  # fmt: skip
    records = [f"data: {json.dumps(piece)}\n\n".encode() for piece in pieces]
    records += [f"data: {json.dumps({**whole, 'choices': []})}\n\n".encode(), b"data: [DONE]\n\n"]
    fake = make_fake("openai")
    streamed = behaviours.chunks(records, content_type="text/event-stream")
    fake.decide = lambda exchange: (
        streamed if json.loads(exchange.body).get("stream") else behaviours.body(json.dumps(whole).encode())
    )
    gateway = make_gateway({"providers": {"up": provider(fake, "coder", wire="completions")}})
    with gateway.sdk() as sdk:
        request = {"model": "up/coder", "prompt": "def f(", "suffix": "return 1", "max_tokens": 9}
        assert sdk.completions.create(**request).choices[0].text == "x):"
        assert fake.last.path.endswith("/completions") and "chat" not in fake.last.path
        assert json.loads(fake.last.body) == {**request, "model": "coder"}
        told = list(sdk.completions.create(**request, stream=True, extra_headers={"x-request-id": "gone-on"}))
        assert "".join(chunk.choices[0].text for chunk in told) == "x):" and told[-1].choices[0].finish_reason == "stop"
    row = gateway.row("gone-on")
    assert (row["prompt_tokens"], row["completion_tokens"], row["estimated"]) == (3, 2, False)


