"""Rankings by plain HTTP and Cohere's SDK; moderations."""

import cohere
import openai
import pytest

from configs import provider, rotation
from fakes import behaviours
from fakes.openai_tasks import decide

DOCUMENTS = ["short", "the longest of them", "in between"]


@pytest.fixture(scope="module")
def fakes(module_fake):
    fakes = {"openai": module_fake("openai"), "cohere": module_fake("cohere")}
    fakes["openai"].decide = decide
    fakes["cohere"].decide = fakes["cohere"].wire.decide
    fakes["broken"] = module_fake("openai", default=behaviours.error(503, "busy"))
    return fakes


@pytest.fixture(scope="module")
def gateway(module_gateway, fakes):
    return module_gateway(
        {
            "providers": {name: provider(fake) for name, fake in fakes.items()},
            "rotations": {"r": rotation(("broken", "m"), ("cohere", "m"))},
            "defaults": {"moderation_model": "openai/m"},
        }
    )


@pytest.mark.parametrize("model", ["openai/m", "cohere/m", "rotation/r"])
def test_documents_are_ranked_in_jinas_shape(gateway, model):
    body = {"model": model, "query": "q", "documents": DOCUMENTS, "top_n": 2}
    answer = gateway.post(body, path="/v1/rerank")
    assert answer.status_code == 200, answer.text
    assert [result["index"] for result in answer.json()["results"]] == [1, 2]
    assert answer.json()["results"][0]["relevance_score"] == 0.9


def test_documents_come_back_where_they_are_asked_for(gateway):
    body = {"model": "cohere/m", "query": "q", "documents": DOCUMENTS, "top_n": 1, "return_documents": True}
    assert gateway.post(body, path="/v1/rerank").json()["results"][0]["document"] == {"text": DOCUMENTS[1]}


@pytest.mark.parametrize("wire", ["openai", "cohere"])
def test_the_cohere_sdk_ranks(gateway, wire):
    sdk = cohere.ClientV2(api_key=gateway.admin_token, base_url=gateway.url)
    answer = sdk.rerank(model=f"{wire}/m", query="q", documents=DOCUMENTS, top_n=2)
    assert [(result.index, result.relevance_score) for result in answer.results] == [(1, 0.9), (2, 0.8)]


def test_a_ranking_is_in_the_ledger(gateway):
    body = {"model": "openai/m", "query": "q", "documents": DOCUMENTS}
    gateway.post(body, headers={"x-request-id": "ranked"}, path="/v1/rerank")
    row = gateway.row("ranked")
    assert (row["endpoint"], row["prompt_tokens"], row["estimated"]) == ("/rerank", 17, False)


def test_a_missing_field_is_named_in_each_shape(gateway):
    assert gateway.post({"model": "openai/m", "query": "q"}, path="/v1/rerank").json()["error"]["param"] == "documents"
    refused = gateway.post({"model": "openai/m", "query": "q"}, path="/v2/rerank")
    assert refused.status_code == 400 and "'documents'" in refused.json()["message"]
    assert "message" in gateway.http.post("/v2/rerank", json={}).json()  # 401


def test_a_text_is_moderated_with_and_without_a_model(gateway):
    with gateway.sdk() as sdk:
        assert sdk.moderations.create(model="openai/m", input="harmful").results[0].flagged
        assert not sdk.moderations.create(input=["kind"]).results[0].flagged


def test_without_a_default_the_model_has_to_be_named(make_gateway, make_fake):
    gateway = make_gateway({"providers": {"up": provider(make_fake())}})
    with gateway.sdk() as sdk, pytest.raises(openai.BadRequestError) as caught:
        sdk.moderations.create(input="x")
    assert caught.value.param == "model" and "defaults.moderation_model" in caught.value.message
