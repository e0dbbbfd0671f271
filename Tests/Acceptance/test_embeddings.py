"""Embeddings: the OpenAI and Cohere SDKs, and every kind of provider that can make them."""

import base64
import decimal
import struct

import cohere
import ollama
import openai
import pytest
from google import genai
from google.genai import types

from configs import provider, rotation
from fakes import behaviours
from fakes.openai_tasks import decide, embeddings, json_answer, vector


def gemini_embeddings(exchange):
    def values(request):
        return {"values": vector(request["content"]["parts"][0]["text"])}

    if exchange.path.endswith(":embedContent"):
        return json_answer({"embedding": values(exchange.json)})
    return json_answer({"embeddings": [values(request) for request in exchange.json["requests"]]})


def ollama_embeddings(exchange):
    assert exchange.path == "/api/embed"
    vectors = [vector(text) for text in exchange.json["input"]]
    return json_answer({"model": exchange.json["model"], "embeddings": vectors, "prompt_eval_count": 10})


@pytest.fixture(scope="module")
def fakes(module_fake):
    fakes = {wire: module_fake(wire) for wire in ("openai", "gemini", "ollama", "anthropic")}
    fakes["cohere"] = module_fake("cohere")
    fakes["floats"] = module_fake("openai")
    fakes["broken"] = module_fake("openai", default=behaviours.error(500, "broken"))
    fakes["openai"].decide = decide
    fakes["floats"].decide = lambda exchange: embeddings(exchange, floats_only=True)
    fakes["gemini"].decide = gemini_embeddings
    fakes["ollama"].decide = ollama_embeddings
    fakes["cohere"].decide = fakes["cohere"].wire.decide
    return fakes


@pytest.fixture(scope="module")
def gateway(module_gateway, fakes):
    return module_gateway(
        {
            "providers": {name: provider(fake) for name, fake in fakes.items()},
            "rotations": {
                "r": rotation(("broken", "m"), ("gemini", "m")),
                "pictured": rotation(("ollama", "m"), ("openai", "m"), ("gemini", "m")),
                "mixed": rotation(("anthropic", "m"), ("ollama", "m"), ("openai", "m")),
            },
        }
    )


@pytest.mark.parametrize("encoding", [openai.omit, "float", "base64"])
@pytest.mark.parametrize("wire", ["openai", "floats", "gemini", "ollama", "cohere"])
def test_the_sdk_gets_the_same_vectors_from_every_kind_of_provider(gateway, wire, encoding):
    with gateway.sdk() as sdk:
        answer = sdk.embeddings.create(model=f"{wire}/m", input=["one", "two"], encoding_format=encoding)
    assert [item.index for item in answer.data] == [0, 1]
    if encoding == "base64":
        found = [list(struct.unpack("<4f", base64.b64decode(item.embedding))) for item in answer.data]
    else:
        found = [list(item.embedding) for item in answer.data]
    assert found == [vector("one"), vector("two")]
    assert answer.usage.prompt_tokens > 0


def test_one_text_is_one_vector_everywhere(gateway):
    with gateway.sdk() as sdk:
        for wire in ("openai", "gemini", "ollama", "cohere"):
            answer = sdk.embeddings.create(model=f"{wire}/m", input="alone", encoding_format="float")
            assert [item.embedding for item in answer.data] == [vector("alone")]


def test_usage_and_cost_are_in_the_ledger(gateway):
    headers = {"x-request-id": "embedded"}
    answer = gateway.post({"model": "openai/m", "input": ["a", "b"]}, headers=headers, path="/v1/embeddings")
    assert answer.status_code == 200 and answer.headers["x-switchyard-provider"] == "openai"
    row = gateway.row("embedded")
    assert (row["endpoint"], row["dialect"], row["status"]) == ("/embeddings", "openai-embeddings", 200)
    assert (row["prompt_tokens"], row["completion_tokens"], row["estimated"]) == (10, 0, False)
    assert decimal.Decimal(row["cost_usd"]) == decimal.Decimal("0.00001")


def test_a_failed_provider_is_made_good_by_one_of_another_kind(gateway):
    answer = gateway.post({"model": "rotation/r", "input": "x"}, path="/v1/embeddings")
    assert answer.json()["data"][0]["embedding"] == vector("x")
    assert answer.headers["x-switchyard-provider"] == "gemini"


def test_only_providers_that_can_are_asked(gateway, fakes):
    before = len(fakes["anthropic"].exchanges)
    answer = gateway.post({"model": "rotation/mixed", "input": "x"}, path="/v1/embeddings")
    assert answer.headers["x-switchyard-provider"] == "ollama"
    answer = gateway.post({"model": "rotation/mixed", "input": [[1, 2], [3]]}, path="/v1/embeddings")
    assert answer.headers["x-switchyard-provider"] == "openai"
    refused = gateway.post({"model": "anthropic/m", "input": "x"}, path="/v1/embeddings")
    assert refused.status_code == 400
    error = refused.json()["error"]
    assert (error["code"], error["param"]) == ("unsupported_by_model", "model") and "embeddings" in error["message"]
    assert len(fakes["anthropic"].exchanges) == before


def test_what_a_provider_cannot_be_told_is_named(gateway):
    body = {"model": "gemini/m", "input": "x", "user": "u", "oddity": 1}
    answer = gateway.post(body, path="/v1/embeddings")
    assert answer.headers["x-switchyard-dropped-params"] == "oddity,user"


@pytest.mark.parametrize("status, error", [(400, openai.BadRequestError), (429, openai.RateLimitError), (401, openai.InternalServerError)])
def test_a_providers_error_is_the_sdks(make_gateway, make_fake, status, error):
    gateway = make_gateway({"providers": {"up": provider(make_fake(default=behaviours.error(status, "no")))}})
    with gateway.sdk() as sdk, pytest.raises(error) as caught:
        sdk.embeddings.create(model="up/m", input="x")
    assert caught.value.status_code == (502 if status == 401 else status)


@pytest.mark.parametrize("raw", [b"{}", b'{"data":[]}', b"<html>", b'{"data":[{"embedding":["x"]}]}'])
def test_what_is_no_answer_fails_over(make_gateway, make_fake, raw):
    bad, good = make_fake(default=behaviours.body(raw)), make_fake()
    good.decide = decide
    gateway = make_gateway(
        {"providers": {"bad": provider(bad), "good": provider(good)}, "rotations": {"r": rotation(("bad", "m"), ("good", "m"))}}
    )
    answer = gateway.post({"model": "rotation/r", "input": "x"}, path="/v1/embeddings")
    assert answer.status_code == 200 and answer.headers["x-switchyard-provider"] == "good"


def test_limits_are_reserved_by_the_size_of_the_texts(gateway):
    token = gateway.make_token(limits={"tokens_per_minute": 100})["token"]
    assert gateway.post({"model": "openai/m", "input": "x" * 200}, token=token, path="/v1/embeddings").status_code == 200
    refused = gateway.post({"model": "openai/m", "input": "x" * 800}, token=token, path="/v1/embeddings")
    assert refused.status_code == 429 and "tokens per minute" in refused.json()["error"]["message"]


def cohere_sdk(gateway):
    return cohere.ClientV2(api_key=gateway.admin_token, base_url=gateway.url)


@pytest.mark.parametrize("wire", ["cohere", "openai", "gemini", "ollama"])
def test_the_cohere_sdk_embeds(gateway, wire):
    answer = cohere_sdk(gateway).embed(
        model=f"{wire}/m", texts=["one", "two"], input_type="search_query", embedding_types=["float"]
    )
    assert answer.embeddings.float_ == [vector("one"), vector("two")]
    assert answer.texts == ["one", "two"]
    assert answer.meta.billed_units.input_tokens > 0


def test_the_cohere_sdk_sees_its_own_errors(gateway):
    with pytest.raises(cohere.NotFoundError) as caught:
        cohere_sdk(gateway).embed(model="nowhere/m", texts=["x"], input_type="search_query", embedding_types=["float"])
    assert "nowhere/m" in caught.value.body["message"]
    with pytest.raises(cohere.UnauthorizedError):
        stranger = cohere.ClientV2(api_key="wrong", base_url=gateway.url)
        stranger.embed(model="cohere/m", texts=["x"], input_type="search_query", embedding_types=["float"])


@pytest.mark.parametrize("wire", ["gemini", "openai", "ollama", "cohere"])
def test_the_google_sdk_embeds(gateway, wire):
    client = genai.Client(api_key=gateway.admin_token, http_options=types.HttpOptions(base_url=gateway.url))
    config = types.EmbedContentConfig(task_type="RETRIEVAL_QUERY")
    answer = client.models.embed_content(model=f"{wire}/m", contents=["one", "two"], config=config)
    assert [item.values for item in answer.embeddings] == [vector("one"), vector("two")]
    refused = gateway.post(b"{}", path="/v1beta/models/gemini/m:embedContent")
    assert refused.status_code == 400 and refused.json()["error"]["status"] == "INVALID_ARGUMENT"


@pytest.mark.parametrize("wire", ["ollama", "openai", "gemini", "cohere"])
def test_the_ollama_sdk_embeds(gateway, wire):
    headers = {"authorization": f"Bearer {gateway.admin_token}"}
    client = ollama.Client(host=gateway.url, headers=headers, trust_env=False)
    answer = client.embed(model=f"{wire}/m", input=["one", "two"])
    assert [list(item) for item in answer.embeddings] == [vector("one"), vector("two")]
    with pytest.raises(ollama.ResponseError) as caught:
        client.embed(model="anthropic/m", input="x")
    assert caught.value.status_code == 400 and "embeddings" in caught.value.error


def test_an_omission_may_be_refused(gateway):
    body = {"model": "gemini/m", "input": "x", "user": "u"}
    refused = gateway.post(body, path="/v1/embeddings", headers={"x-switchyard-on-unsupported": "error"})
    assert refused.status_code == 400 and refused.json()["error"]["param"] == "user"


def test_a_picture_beside_a_text_is_never_left_out(gateway, fakes):
    picture = {"inlineData": {"mimeType": "image/png", "data": "iVBORw0KGgo="}}
    content = {"parts": [{"text": "a"}, picture]}
    answer = gateway.post({"content": content}, path="/v1beta/models/rotation/pictured:embedContent")
    assert answer.status_code == 200 and answer.headers["x-switchyard-provider"] == "gemini"
    assert fakes["gemini"].last.json["content"] == content
    refused = gateway.post({"content": content}, path="/v1beta/models/ollama/m:embedContent")
    assert refused.status_code == 400, refused.text
    assert refused.json()["error"]["details"][0]["reason"] == "UNSUPPORTED_BY_MODEL"
