"""Vertex: addresses, tokens for a service account, and how each of them fails."""

import concurrent.futures
import json
import secrets

import httpx
import pytest

from asking import ask_chat, streamed
from configs import provider, rotation, user
from fakes import Answer, Fake, Vertex, behaviours


@pytest.fixture
def vertex(tmp_path):
    made = []

    def make() -> Fake:
        made.append(Fake(Vertex(tmp_path)))
        return made[-1]

    yield make
    for fake in made:
        fake.close()


def _vertex(fake: Fake, folder, **fields) -> dict:
    path = folder / f"account-{secrets.token_hex(4)}.json"
    path.write_text(fake.wire.account(fake))
    models = [{"name": "gemini-x"}, {"name": "claude-x@20250101", "wire": "messages"}]
    return {"type": "vertex", "endpoint": fake.endpoint, "api_key": f"file:{path}", "models": models, **fields}


def test_vertex_predicts_embeddings(make_gateway, vertex, tmp_path):
    vectors = [[1.5, -2], [0.25, 30]]
    predicted = [{"embeddings": {"values": values, "statistics": {"token_count": 4}}} for values in vectors]
    fake = vertex()
    fake.decide = lambda exchange: (
        behaviours.body(json.dumps({"predictions": predicted}).encode()) if exchange.path.endswith(":predict") else None
    )
    gateway = make_gateway({"providers": {"v": _vertex(fake, tmp_path, models=[{"name": "text-embedding-005"}])}})
    with gateway.sdk() as sdk:
        answer = sdk.embeddings.create(model="v/text-embedding-005", input=["a", "b"], dimensions=2)
    assert [row.embedding for row in answer.data] == vectors and answer.usage.prompt_tokens == 8
    assert fake.last.path.endswith("/publishers/google/models/text-embedding-005:predict")
    asked = json.loads(fake.last.body)
    assert asked == {"instances": [{"content": "a"}, {"content": "b"}], "parameters": {"outputDimensionality": 2}}


@streamed
@pytest.mark.parametrize("model", ["gemini-x", "claude-x@20250101"])
def test_vertex_gives_a_token_for_the_account_and_answers(make_gateway, vertex, tmp_path, model, streamed):
    fake = vertex()
    gateway = make_gateway({"providers": {"v": _vertex(fake, tmp_path)}}, loops=1)
    gateway.secrets += [fake.wire.private_key.splitlines()[3], "ya29.fake"]
    assert ask_chat(gateway, f"v/{model}", streamed) == (Answer().text, "stop")
    assert ask_chat(gateway, f"v/{model}", streamed) == (Answer().text, "stop")
    assert len(fake.wire.tokens) == 1, "the token is kept"
    maker = "google" if model == "gemini-x" else "anthropic"
    assert f"{Vertex.prefix}/publishers/{maker}/models/{model}:" in fake.last.target
    if maker == "anthropic":
        assert fake.last.json["anthropic_version"] == "vertex-2023-10-16" and "model" not in fake.last.json


def test_many_first_requests_fetch_one_token(make_gateway, vertex, tmp_path):
    fake = vertex()
    gateway = make_gateway({"providers": {"v": _vertex(fake, tmp_path)}}, loops=1)
    with concurrent.futures.ThreadPoolExecutor(30) as pool:
        answers = list(pool.map(lambda _: gateway.chat("v/gemini-x").status_code, range(60)))
    assert set(answers) == {200}
    assert len(fake.wire.tokens) == 1


def test_a_token_that_has_ended_is_replaced(make_gateway, vertex, tmp_path):
    fake = vertex()
    fake.wire.life = 0
    gateway = make_gateway({"providers": {"v": _vertex(fake, tmp_path)}}, loops=1)
    for _ in range(3):
        assert gateway.chat("v/gemini-x").status_code == 200
    assert len(fake.wire.tokens) == 3


def test_a_token_that_is_refused_is_replaced_by_the_next_request(make_gateway, vertex, tmp_path):
    fake = vertex()
    gateway = make_gateway({"providers": {"v": _vertex(fake, tmp_path)}}, loops=1)
    assert gateway.chat("v/gemini-x").status_code == 200
    fake.wire.good.clear()
    assert gateway.chat("v/gemini-x").status_code == 502
    assert gateway.admin("DELETE", "/cooldowns").status_code < 300, "the account rests after a refusal"
    assert gateway.chat("v/gemini-x").status_code == 200
    assert len(fake.wire.tokens) == 2


@pytest.mark.parametrize(
    "how, status, code",
    [
        ("refused", 502, "provider_authentication_failed"),
        ("busy", 429, "rate_limit_exceeded"),
        ("failing", 502, "provider_error"),
        ("garbage", 502, "provider_unreachable"),
        ("no token", 502, "provider_bad_answer"),
        ("reset", 502, "provider_unreachable"),
    ],
)
def test_a_token_service_that_fails_is_told(make_gateway, vertex, tmp_path, how, status, code):
    fake = vertex()
    fake.wire.token_behaviour = {
        "refused": behaviours.body(b'{"error":"invalid_grant","error_description":"Invalid JWT Signature."}', 400),
        "busy": behaviours.body(b"{}", 429),
        "failing": behaviours.body(b"<html>", 500),
        "garbage": behaviours.garbage(),
        "no token": behaviours.body(b"{}"),
        "reset": behaviours.reset(),
    }[how]
    gateway = make_gateway({"providers": {"v": _vertex(fake, tmp_path)}})
    gateway.secrets.append(fake.wire.private_key.splitlines()[3])
    answer = gateway.chat("v/gemini-x")
    assert answer.status_code == status, answer.text
    if how != "garbage":
        assert answer.json()["error"]["code"] == code
    gateway.wait_for_no_holds()


def test_a_caller_that_leaves_does_not_wait_for_a_token(make_gateway, vertex, tmp_path):
    fake = vertex()
    fake.wire.token_behaviour = behaviours.silent()
    gateway = make_gateway({"providers": {"v": _vertex(fake, tmp_path)}}, loops=1)
    with pytest.raises(httpx.ReadTimeout):
        gateway.http.post(
            "/v1/chat/completions",
            json={"model": "v/gemini-x", "messages": [user("hi")]},
            headers={"authorization": f"Bearer {gateway.admin_token}"},
            timeout=httpx.Timeout(60, read=0.5),
        )
    gateway.wait_for_no_holds()


def test_another_provider_answers_when_there_is_no_token(make_gateway, make_fake, vertex, tmp_path):
    fake, second = vertex(), make_fake(default=behaviours.answer(Answer(text="from two")))
    fake.wire.token_behaviour = behaviours.body(b'{"error":"invalid_grant"}', 400)
    gateway = make_gateway(
        {
            "providers": {"one": _vertex(fake, tmp_path), "two": provider(second)},
            "rotations": {"r": rotation(("one", "gemini-x"), ("two", "m"))},
        }
    )
    assert ask_chat(gateway, "rotation/r", False) == ("from two", "stop")
