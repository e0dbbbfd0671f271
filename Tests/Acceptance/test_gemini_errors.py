"""Errors as the official google-genai SDK meets them."""

import json

import httpx
import pytest
from google import genai
from google.genai import errors, types

from configs import provider
from fakes import behaviours

streamed = pytest.mark.parametrize("streamed", [False, True], ids=["whole", "streamed"])


def make_client(gateway) -> genai.Client:
    return genai.Client(api_key=gateway.admin_token, http_options=types.HttpOptions(base_url=gateway.url, timeout=30_000))


@pytest.fixture(scope="module")
def gateway(module_gateway, module_fake):
    return module_gateway({"providers": {"openai": provider(module_fake(), "m")}})


# model asked, what the upstream does, status, Gemini's word
ERRORS = {
    "unknown model": ("up/nothing", None, 404, "NOT_FOUND"),
    "provider says 400": ("up/m", behaviours.error(400, "Bad temperature."), 400, "INVALID_ARGUMENT"),
    "provider says 429": ("up/m", behaviours.error(429, "Slow down."), 429, "RESOURCE_EXHAUSTED"),
    "provider says 500": ("up/m", behaviours.error(500, "Oops."), 502, "UNAVAILABLE"),
    "our key is refused": ("up/m", behaviours.error(401, "Bad key."), 502, "UNAVAILABLE"),
}


@streamed
@pytest.mark.parametrize("name", ERRORS)
@pytest.mark.parametrize("upstream", ["openai", "gemini"])
def test_errors_are_the_sdks_typed_exceptions(make_gateway, make_fake, name, upstream, streamed):
    model, behaviour, status, word = ERRORS[name]
    gateway = make_gateway({"providers": {"up": provider(make_fake(upstream, behaviour), "m")}})
    with pytest.raises(errors.APIError) as caught:
        ask = {"model": model, "contents": "hi"}
        client = make_client(gateway)  # one without a name is closed before it asks
        if streamed:
            list(client.models.generate_content_stream(**ask))
        else:
            client.models.generate_content(**ask)
    assert (caught.value.code, caught.value.status) == (status, word)
    assert caught.value.message
    gateway.assert_no_secret_in(json.dumps(caught.value.details), "an error")


def test_refusals_of_the_gateway_have_geminis_shape(gateway):
    body = {"contents": [{"parts": [{"text": "hi"}]}]}
    path = "/v1beta/models/openai/m:generateContent"

    def error(answer: httpx.Response, status: int, word: str):
        assert answer.status_code == status, answer.text
        told = answer.json()["error"]
        assert (told["code"], told["status"]) == (status, word) and told["message"]
        return told

    error(gateway.post(body, token="sy-" + "x" * 43, path=path), 401, "UNAUTHENTICATED")
    error(gateway.http.get(path), 405, "UNIMPLEMENTED")
    error(gateway.post(body, path="/v1beta/nothing"), 404, "NOT_FOUND")
    error(gateway.post(body, path="/v1beta/models/openai/m:nothing"), 405, "UNIMPLEMENTED")
    error(gateway.post("{", path=path), 400, "INVALID_ARGUMENT")
    told = error(gateway.post({"contents": [{"parts": [{"text": 5}]}]}, path=path), 400, "INVALID_ARGUMENT")
    assert told["details"][1]["fieldViolations"][0]["field"] == "contents[0].parts[0].text"
    error(gateway.post({}, path=path), 400, "INVALID_ARGUMENT")


@pytest.mark.parametrize("upstream", ["openai", "gemini"])
@pytest.mark.parametrize("query", ["?alt=sse", ""])
def test_an_error_inside_a_stream_is_told_and_the_connection_breaks(make_gateway, make_fake, upstream, query):
    fake = make_fake(upstream, behaviours.cut(3, "clean"))
    gateway = make_gateway({"providers": {"up": provider(fake, "m")}})
    body = {"contents": [{"parts": [{"text": "hi"}]}]}
    headers = {"x-goog-api-key": gateway.admin_token}
    got = b""
    with pytest.raises(httpx.RemoteProtocolError):
        with gateway.http.stream("POST", f"/v1beta/models/up/m:streamGenerateContent{query}", json=body, headers=headers) as answer:
            for piece in answer.iter_raw():
                got += piece
    if query:
        last = got.split(b"data: ")[-1]
        assert json.loads(last)["error"]["status"] == "UNAVAILABLE"
    else:
        assert json.loads(got + b"]")[-1]["error"]["status"] == "UNAVAILABLE"
