"""Errors and limits as the official Anthropic SDK meets them."""

import json

import anthropic
import httpx
import pytest

from asking import HELLO, ask_message, post_message, streamed
from configs import provider
from fakes import Answer, behaviours


@pytest.fixture(scope="module")
def gateway(module_gateway, module_fake):
    return module_gateway({"providers": {"openai": provider(module_fake())}})


# what the upstream does, the SDK's exception, the type in the body
ERRORS = {
    "400": (behaviours.error(400, "Bad temperature."), anthropic.BadRequestError, "invalid_request_error"),
    "429": (behaviours.error(429, "Slow down."), anthropic.RateLimitError, "rate_limit_error"),
    "404": (behaviours.error(404, "No model."), anthropic.NotFoundError, "not_found_error"),
    "500": (behaviours.error(500, "Oops."), anthropic.InternalServerError, "api_error"),
    "503": (behaviours.error(503, "Busy."), anthropic.InternalServerError, "overloaded_error"),
    "401": (behaviours.error(401, "Bad key."), anthropic.InternalServerError, "api_error"),
}


@streamed
@pytest.mark.parametrize("name", ERRORS)
@pytest.mark.parametrize("wire", ["anthropic", "openai"])
def test_errors_are_the_sdks_typed_exceptions(make_gateway, make_fake, wire, name, streamed):
    behaviour, kind, told = ERRORS[name]
    gateway = make_gateway({"providers": {wire: provider(make_fake(wire, behaviour))}})
    with gateway.anthropic_sdk() as sdk, pytest.raises(kind) as caught:
        ask_message(sdk, wire, streamed)
    error = caught.value
    assert error.body["type"] == "error" and error.body["error"]["type"] == told
    assert error.body["error"]["message"]
    assert error.request_id == error.body["request_id"] == error.response.headers["x-request-id"]
    gateway.assert_no_secret_in(json.dumps(error.body), "an error")


def test_an_overloaded_provider_is_529(make_gateway, make_fake):
    gateway = make_gateway({"providers": {"up": provider(make_fake("anthropic", behaviours.error(529)))}})
    with gateway.anthropic_sdk() as sdk, pytest.raises(anthropic.APIStatusError) as caught:
        ask_message(sdk, "up", False)
    assert caught.value.status_code == 529
    assert caught.value.body["error"]["type"] == "overloaded_error"


def test_the_gateways_own_refusals_have_the_dialects_shape(gateway):
    bad = {**HELLO, "model": "openai/m"}
    answers = {
        401: post_message(gateway, bad, token="sy-" + "x" * 43),
        404: post_message(gateway, {**bad, "model": "openai/nothing"}),
        400: post_message(gateway, {**bad, "messages": [{"role": "user"}]}),
        405: gateway.http.get("/v1/messages"),
        413: post_message(gateway, b" " * (64 * 1024 * 1024 + 1)),
    }
    for status, answer in answers.items():
        assert answer.status_code == status, answer.text
        assert answer.json()["type"] == "error" and answer.json()["error"]["type"]
        assert answer.headers["request-id"] == answer.json()["request_id"]
    assert "messages.0.content" in answers[400].json()["error"]["message"]
    assert post_message(gateway, {}, path="/v1/messages/batches").json()["error"]["type"] == "not_found_error"
    # A missing key, and other dialects' paths with it.
    assert gateway.http.post("/v1/messages", json=bad).json()["error"]["type"] == "authentication_error"
    assert "type" not in gateway.http.post("/v1/chat/completions", json=bad).json()


def test_limits_are_told_in_anthropics_headers(gateway):
    token = gateway.make_token(limits={"requests_per_minute": 1, "tokens_per_day": 100_000})["token"]
    with gateway.anthropic_sdk(token=token) as sdk:
        raw = sdk.messages.with_raw_response.create(model="openai/m", **HELLO)
        assert raw.headers["anthropic-ratelimit-requests-limit"] == "1"
        assert raw.headers["anthropic-ratelimit-requests-remaining"] == "0"
        assert raw.headers["anthropic-ratelimit-requests-reset"].endswith("Z")
        assert raw.headers["anthropic-ratelimit-tokens-limit"] == "100000"
        assert not [name for name in raw.headers if name.startswith("x-ratelimit")]
        with pytest.raises(anthropic.RateLimitError) as caught:
            sdk.messages.create(model="openai/m", **HELLO)
    assert 1 <= int(caught.value.response.headers["retry-after"]) <= 60


@pytest.mark.parametrize("wire", ["anthropic", "openai"])
def test_an_error_inside_a_stream_is_an_exception(make_gateway, make_fake, wire):
    fake = make_fake(wire, behaviours.cut(4, "broken"))
    gateway = make_gateway({"providers": {"up": provider(fake)}})
    with gateway.anthropic_sdk() as sdk, pytest.raises(anthropic.APIStatusError) as caught:
        with sdk.messages.stream(model="up/m", **HELLO) as stream:
            for _ in stream:
                pass
    assert caught.value.body["error"]["type"] == "api_error"
    with gateway.http.stream(
        "POST", "/v1/messages", json={**HELLO, "model": "up/m", "stream": True}, headers={"x-api-key": gateway.admin_token}
    ) as answer, pytest.raises(httpx.RemoteProtocolError):
        answer.read()


@pytest.mark.parametrize("status, headers", [(529, {}), (429, {"retry-after": "0"})])
def test_the_sdk_retries_what_may_pass(make_gateway, make_fake, status, headers):
    fake = make_fake("anthropic").answers(behaviours.error(status, headers=headers), behaviours.error(status, headers=headers))
    config = {"providers": {"up": provider(fake, default_error_cooldown=1)}}
    gateway = make_gateway(config)
    with gateway.anthropic_sdk(max_retries=4) as sdk:
        assert ask_message(sdk, "up", False).content[0].text == Answer().text
    assert len(fake.exchanges) == 3
