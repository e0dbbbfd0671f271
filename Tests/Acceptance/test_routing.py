"""Names to candidates, failover before the first byte, cooldowns."""

import math
import time

import httpx
import pytest

from configs import provider, rotation, user
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


def pair(make_gateway, make_fake, first_behaviour, **settings):
    first, second = make_fake(default=first_behaviour), make_fake(default=behaviours.answer(Answer(text="from two")))
    config = {
        "providers": {"one": provider(first), "two": provider(second)},
        "rotations": {"r": rotation(("one", "m"), ("two", "m"), first_token_timeout=1, **settings)},
    }
    return make_gateway(config), first, second


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
        config["rotations"][f"r{index}"] = rotation((f"one{index}", "m"), ("two", "m"), first_token_timeout=1)
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
    assert time.monotonic() - began < 5


def test_when_all_fail_the_first_real_error_is_reported(make_gateway, make_fake):
    gateway, first, second = pair(make_gateway, make_fake, behaviours.error(500, "the first said so"))
    second.always(behaviours.error(500, "the second said so"))
    answer = gateway.chat("rotation/r")
    assert answer.status_code == 502
    assert "the first said so" in answer.json()["error"]["message"]


def test_retry_after_cools_the_provider_for_that_long(make_gateway, make_fake):
    limited = behaviours.error(429, "Slow down.", headers={"retry-after": "4"})
    gateway, first, second = pair(make_gateway, make_fake, limited, max_retry_wait=0)
    gateway.chat("rotation/r")
    first.always(Answer(text="from one"))
    began = time.monotonic()
    for _ in range(5):
        assert gateway.chat("rotation/r").headers["x-switchyard-provider"] == "two"
    assert len(first.exchanges) == 1, "a cooled provider is not asked"
    alone = gateway.chat("one/m")
    assert alone.status_code in (429, 503)
    assert 1 <= int(alone.headers["retry-after"]) <= 5
    time.sleep(max(0, 4.3 - (time.monotonic() - began)))
    assert gateway.chat("rotation/r").headers["x-switchyard-provider"] == "one"


def test_a_reset_header_of_the_provider_sets_the_cooldown(make_gateway, make_fake):
    headers = {"x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "3s"}
    limited = behaviours.error(429, "Slow down.", headers=headers)
    gateway, first, second = pair(make_gateway, make_fake, limited, max_retry_wait=0)
    gateway.chat("rotation/r")
    first.always(Answer(text="from one"))
    assert gateway.chat("rotation/r").headers["x-switchyard-provider"] == "two"
    time.sleep(3.3)
    assert gateway.chat("rotation/r").headers["x-switchyard-provider"] == "one"


@pytest.mark.parametrize("status", [400, 413, 422])
def test_a_callers_fault_is_not_retried_and_cools_nothing(make_gateway, make_fake, status):
    gateway, first, second = pair(make_gateway, make_fake, behaviours.error(status, "your fault"))
    for _ in range(5):
        answer = gateway.chat("rotation/r")
        assert answer.status_code == status and "your fault" in answer.json()["error"]["message"]
    assert len(first.exchanges) == 5 and not second.exchanges
    first.always(Answer(text="from one"))
    assert gateway.chat("rotation/r").headers["x-switchyard-provider"] == "one"


def test_faults_cool_after_three_in_a_row_and_one_probe_comes_back(make_gateway, make_fake):
    gateway, first, second = pair(make_gateway, make_fake, behaviours.reset(), default_error_cooldown=2)
    for _ in range(6):
        assert gateway.chat("rotation/r").status_code == 200
    asked = len(first.exchanges)
    assert gateway.chat("rotation/r").headers["x-switchyard-attempts"] == "1"
    assert len(first.exchanges) == asked
    first.always(Answer(text="from one"))
    time.sleep(2.3)
    assert gateway.chat("rotation/r").headers["x-switchyard-provider"] == "one"


@pytest.mark.parametrize("weights", [[3, 1], [1, 1], [1, 0]])
def test_first_choices_follow_the_weights(make_gateway, make_fake, weights):
    fakes = [make_fake() for _ in weights]
    config = {
        "providers": {f"p{index}": provider(fake) for index, fake in enumerate(fakes)},
        "rotations": {
            "r": rotation(*((f"p{index}", "m", weight) for index, weight in enumerate(weights)), strategy="weighted")
        },
    }
    gateway, draws = make_gateway(config), 400
    for _ in range(draws):
        assert gateway.chat("rotation/r").status_code == 200
    for fake, weight in zip(fakes, weights):
        share = weight / sum(weights)
        # Five standard deviations: fails once in two million runs.
        assert abs(len(fake.exchanges) - draws * share) <= 5 * math.sqrt(draws * share * (1 - share))


def test_a_bare_name_is_a_rotation_then_every_provider_with_that_model(make_gateway, make_fake):
    one, two = make_fake(default=behaviours.answer(Answer(text="one"))), make_fake()
    config = {
        "providers": {"one": provider(one, "shared", "fast"), "two": provider(two, "shared", "own")},
        "rotations": {"fast": rotation(("two", "own"))},
    }
    gateway = make_gateway(config)
    assert gateway.chat("fast").headers["x-switchyard-provider"] == "two", "a rotation wins over a model"
    assert gateway.chat("own").headers["x-switchyard-provider"] == "two"
    used = {gateway.chat("shared").headers["x-switchyard-provider"] for _ in range(40)}
    assert used == {"one", "two"}, "an implicit rotation"
    one.always(behaviours.error(500))
    assert all(gateway.chat("shared").status_code == 200 for _ in range(10))
    assert gateway.chat("rotations/fast").status_code == 200


@pytest.mark.parametrize("asked", ["one/gpt-4o-mimi", "gpt-4o-mimi", "onne/gpt-4o-mini", "rotation/smal"])
def test_an_unknown_model_suggests_near_names(make_gateway, make_fake, asked):
    config = {
        "providers": {"one": provider(make_fake(), "gpt-4o-mini")},
        "rotations": {"small": rotation(("one", "gpt-4o-mini"))},
    }
    answer = make_gateway(config).chat(asked)
    error = answer.json()["error"]
    assert (answer.status_code, error["code"], error["param"]) == (404, "model_not_found", "model")
    assert "gpt-4o-mini" in error["message"] or "small" in error["message"]


def test_attempts_are_bounded(make_gateway, make_fake):
    fakes = [make_fake(default=behaviours.error(500)) for _ in range(4)]
    config = {
        "providers": {f"p{index}": provider(fake) for index, fake in enumerate(fakes)},
        "rotations": {"r": rotation(*((f"p{index}", "m") for index in range(4)), max_attempts=2)},
    }
    assert make_gateway(config).chat("rotation/r").status_code == 502
    assert sum(len(fake.exchanges) for fake in fakes) == 2
