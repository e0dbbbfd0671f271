"""Errors as the official ollama SDK meets them."""

import json

import httpx
import ollama
import pytest

from configs import provider, user
from fakes import behaviours

streamed = pytest.mark.parametrize("streamed", [False, True], ids=["whole", "streamed"])


def make_client(gateway) -> ollama.Client:
    headers = {"authorization": f"Bearer {gateway.admin_token}"}
    return ollama.Client(host=gateway.url, headers=headers, timeout=30, trust_env=False)


@pytest.fixture(scope="module")
def gateway(module_gateway, module_fake):
    return module_gateway({"providers": {"openai": provider(module_fake(), "m")}})


# model asked, what the upstream does, status
ERRORS = {
    "unknown model": ("up/nothing", None, 404),
    "provider says 400": ("up/m", behaviours.error(400, "Bad temperature."), 400),
    "provider says 429": ("up/m", behaviours.error(429, "Slow down."), 429),
    "provider says 500": ("up/m", behaviours.error(500, "Oops."), 502),
    "our key is refused": ("up/m", behaviours.error(401, "unauthorized"), 502),
}


@streamed
@pytest.mark.parametrize("name", ERRORS)
@pytest.mark.parametrize("upstream", ["openai", "ollama"])
def test_errors_are_the_sdks_typed_exceptions(make_gateway, make_fake, name, upstream, streamed):
    model, behaviour, status = ERRORS[name]
    gateway = make_gateway({"providers": {"up": provider(make_fake(upstream, behaviour), "m")}})
    with pytest.raises(ollama.ResponseError) as caught:
        answer = make_client(gateway).chat(model=model, messages=[user("hi")], stream=streamed)
        list(answer) if streamed else answer
    assert caught.value.status_code == status
    assert caught.value.error
    gateway.assert_no_secret_in(caught.value.error, "an error")


def test_refusals_of_the_gateway_have_ollamas_shape(gateway):
    body = {"model": "openai/m", "messages": [user("hi")]}

    def error(answer: httpx.Response, status: int):
        assert answer.status_code == status, answer.text
        told = answer.json()
        assert list(told) == ["error"] and isinstance(told["error"], str) and told["error"]
        return told["error"]

    error(gateway.post(body, token="sy-" + "x" * 43, path="/api/chat"), 401)
    error(gateway.http.get("/api/chat"), 405)
    error(gateway.post(body, path="/api/pull"), 404)
    error(gateway.post("{", path="/api/chat"), 400)
    assert "messages" in error(gateway.post({"model": "openai/m"}, path="/api/chat"), 400)
    assert "prompt" in error(gateway.post({"model": "openai/m"}, path="/api/generate"), 400)
    assert "messages[0].content" in error(
        gateway.post({**body, "messages": [{"role": "user", "content": 5}]}, path="/api/chat"), 400
    )
    fim = {"model": "openai/m", "prompt": "a", "suffix": "b"}
    assert "suffix" in error(gateway.post(fim, path="/api/generate"), 400)
    error(gateway.post({"model": "openai/nothing"}, path="/api/show"), 404)


@pytest.mark.parametrize("upstream", ["openai", "ollama"])
def test_an_error_inside_a_stream_is_told_and_the_connection_breaks(make_gateway, make_fake, upstream):
    fake = make_fake(upstream, behaviours.cut(3, "clean"))
    gateway = make_gateway({"providers": {"up": provider(fake, "m")}})
    got = b""
    headers = {"authorization": f"Bearer {gateway.admin_token}"}
    body = {"model": "up/m", "messages": [user("hi")]}
    with pytest.raises(httpx.RemoteProtocolError):
        with gateway.http.stream("POST", "/api/chat", json=body, headers=headers) as answer:
            for piece in answer.iter_raw():
                got += piece
    lines = [json.loads(line) for line in got.splitlines()]
    assert list(lines[-1]) == ["error"] and all("error" not in line for line in lines[:-1])
