"""Names to candidates, weights, cooldowns."""

import math
import threading
import time

import pytest

from at_once import at_once_until
from clock import by_the_clock, soon
from configs import pair, provider, rotation
from fakes import Answer, behaviours


@by_the_clock
def test_retry_after_cools_the_provider_for_that_long(make_gateway, make_fake):
    limited = behaviours.error(429, "Slow down.", headers={"retry-after": "4"})
    gateway, first, second = pair(make_gateway, make_fake, limited, max_retry_wait=0)
    began = time.monotonic()
    gateway.chat("rotation/r")
    first.always(Answer(text="from one"))
    cooled = time.monotonic()
    answers = [gateway.chat("rotation/r") for _ in range(5)]
    alone = gateway.chat("one/m")
    soon(began, 3.9)
    assert {answer.headers["x-switchyard-provider"] for answer in answers} == {"two"}
    assert len(first.exchanges) == 1, "a cooled provider is not asked"
    assert alone.status_code in (429, 503)
    assert 1 <= int(alone.headers["retry-after"]) <= 5
    time.sleep(max(0, 4.3 - (time.monotonic() - cooled)))
    assert gateway.chat("rotation/r").headers["x-switchyard-provider"] == "one"


@by_the_clock
def test_a_reset_header_of_the_provider_sets_the_cooldown(make_gateway, make_fake):
    headers = {"x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "3s"}
    limited = behaviours.error(429, "Slow down.", headers=headers)
    gateway, first, second = pair(make_gateway, make_fake, limited, max_retry_wait=0)
    began = time.monotonic()
    gateway.chat("rotation/r")
    first.always(Answer(text="from one"))
    answer = gateway.chat("rotation/r")
    soon(began, 2.9)
    assert answer.headers["x-switchyard-provider"] == "two"
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


@by_the_clock
def test_faults_cool_after_three_in_a_row_and_one_probe_comes_back(make_gateway, make_fake):
    gateway, first, second = pair(make_gateway, make_fake, behaviours.reset(), default_error_cooldown=2)
    began = time.monotonic()
    for _ in range(6):
        assert gateway.chat("rotation/r").status_code == 200
    asked = len(first.exchanges)
    answer = gateway.chat("rotation/r")
    soon(began, 1.9)
    assert answer.headers["x-switchyard-attempts"] == "1"
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


@by_the_clock
def test_after_a_cooldown_exactly_one_request_finds_out_whether_the_provider_is_back(make_gateway, make_fake):
    fake = make_fake(default=behaviours.error(500))
    gateway = make_gateway({"providers": {"up": provider(fake, default_error_cooldown=1)}})
    began = time.monotonic()
    for _ in range(3):
        assert gateway.chat("up/m").status_code == 502
    answer = gateway.chat("up/m")
    soon(began, 0.9)
    assert answer.status_code == 503, "three faults in a row make it rest"
    time.sleep(1.2)
    before, released = len(fake.exchanges), threading.Event()
    fake.always(behaviours.held(released))
    got = at_once_until(10, lambda: gateway.chat("up/m").status_code, 1, released)
    assert sorted(got) == [200] + [503] * 9
    assert len(fake.exchanges) - before == 1
    assert gateway.chat("up/m").status_code == 200
