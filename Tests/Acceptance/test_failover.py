"""Failover before the first token, and what happens after it."""

import time

import httpx
import pytest

from configs import pair, provider, rotation, user
from fakes import Answer, behaviours

STREAM = {"messages": [user("hi")], "stream": True}

# Everything a provider may do before the first token that another candidate can make good.
FAULTS = {
    "500": behaviours.error(500),
    "502 with a page of HTML": behaviours.html(502),
    "503": behaviours.error(503),
    "429": behaviours.error(429, "Slow down."),
    "401": behaviours.error(401, "Bad key."),
    "403 of the key": behaviours.error(403, "This key has no access.", "invalid_api_key"),
    "404": behaviours.error(404, "No such model.", "model_not_found"),
    "reset": behaviours.reset(),
    "silence": behaviours.silent(),
    "garbage": behaviours.garbage(),
    "reset inside a whole body": behaviours.reset_mid_body(),
    "HTML with 200": behaviours.html(200),
    "200 with an empty body": behaviours.body(b""),
    "200 with half a JSON": behaviours.body(b'{"id":"x","choices":[{"index":0,"mess'),
    "an error object with 200": behaviours.body(b'{"error":{"message":"overloaded","type":"server_error","code":503}}'),
}
STREAM_FAULTS = {
    name: fault for name, fault in FAULTS.items() if "whole" not in name and not name.startswith("200 with half")
} | {
    "an error as first event": behaviours.chunks([b'data: {"error":{"message":"overloaded","code":503}}\n\n']),
    "only a role": behaviours.cut(1, "clean"),
    "cut after the role": behaviours.cut(1, "broken"),
    "silent after the role": behaviours.cut(1, "silent"),
    "only comments": behaviours.chunks([b": ping\n\n", b": ping\n\n"]),
}


@pytest.fixture(scope="module")
def shared(module_gateway, module_fake):
    """One gateway for the table: each fault has a provider of its own, so cooldowns do not meet."""
    second = module_fake(default=behaviours.answer(Answer(text="from two")))
    config = {"providers": {"two": provider(second)}, "rotations": {}}
    names = {}
    for index, (name, fault) in enumerate([*FAULTS.items(), *STREAM_FAULTS.items(), ("refused", None)]):
        fake = module_fake(default=fault)
        if fault is None:
            fake.refuse()
        kind = "whole" if index < len(FAULTS) else "streamed"
        names[kind, name] = f"r{index}"
        config["providers"][f"one{index}"] = provider(fake)
        config["rotations"][f"r{index}"] = rotation((f"one{index}", "m"), ("two", "m"), first_token_timeout=2 if "silen" in name else 20)
    return module_gateway(config), names


@pytest.mark.parametrize("name", FAULTS)
def test_a_whole_request_fails_over(shared, name):
    gateway, names = shared
    id = f"whole-{names['whole', name]}"
    answer = gateway.chat(f"rotation/{names['whole', name]}", headers={"x-request-id": id})
    assert answer.status_code == 200, answer.text
    assert answer.json()["choices"][0]["message"]["content"] == "from two"
    assert answer.headers["x-switchyard-provider"] == "two"
    assert int(answer.headers["x-switchyard-attempts"]) >= 2
    attempts = gateway.row(id)["attempts"]
    assert attempts[-1]["provider"] == "two" and attempts[-1]["status"] == 200
    assert all(attempt["provider"].startswith("one") and attempt["error_code"] for attempt in attempts[:-1])


@pytest.mark.parametrize("name", [*STREAM_FAULTS, "refused"])
def test_a_stream_fails_over_before_its_first_token(shared, name):
    gateway, names = shared
    with gateway.sdk() as sdk:
        raw = sdk.chat.completions.with_raw_response.create(
            model=f"rotation/{names['streamed', name]}", messages=[user("hi")], stream=True
        )
        assert int(raw.headers["x-switchyard-attempts"]) >= 2
        chunks = list(raw.parse())
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices) == "from two"
    roles = [chunk for chunk in chunks if chunk.choices and chunk.choices[0].delta.role]
    assert len(roles) <= 1, "nothing of the failed attempt is forwarded"


@pytest.mark.parametrize("how", ["clean", "broken", "reset"])
def test_a_stream_cut_after_the_first_token_ends_with_an_error_and_a_broken_body(make_gateway, make_fake, how):
    gateway, first, second = pair(make_gateway, make_fake, behaviours.cut(4, how, interval=0.02))
    text = b""
    with pytest.raises(httpx.RemoteProtocolError):
        with gateway.stream({"model": "rotation/r", **STREAM}, headers={"x-request-id": "cut"}) as answer:
            for piece in answer.iter_raw():
                text += piece
    assert b'"content": "one "' in text
    assert b'data: {"error":' in text
    assert b"[DONE]" not in text
    assert not second.exchanges, "no failover once the client has seen a token"
    assert gateway.row("cut")["error_code"]


def test_a_stream_silent_after_its_first_token_is_bounded_by_the_idle_timeout(make_gateway, make_fake):
    gateway, first, second = pair(make_gateway, make_fake, behaviours.cut(4, "silent"), idle_timeout=1)
    began, text = time.monotonic(), b""
    with pytest.raises(httpx.RemoteProtocolError):
        with gateway.stream({"model": "rotation/r", **STREAM}) as answer:
            for piece in answer.iter_raw():
                text += piece
    assert b'data: {"error":' in text
    assert time.monotonic() - began < 30


def test_when_all_fail_the_first_real_error_is_reported(make_gateway, make_fake):
    gateway, first, second = pair(make_gateway, make_fake, behaviours.error(500, "the first said so"))
    second.always(behaviours.error(500, "the second said so"))
    answer = gateway.chat("rotation/r")
    assert answer.status_code == 502
    assert "the first said so" in answer.json()["error"]["message"]
