"""Exactly one row for each admitted request, whatever happens to it."""

import concurrent.futures
import decimal
import random
import re
import time

import httpx
import pytest

from configs import provider, rotation, user
from fakes import Answer, Usage, behaviours
from gateway import wait_until

FIELDS = """id request_id time node user token endpoint dialect route provider model stream status error_code attempts
    prompt_tokens completion_tokens cached_tokens cache_write_tokens reasoning_tokens cost_usd duration_ms
    first_token_ms gateway_ms estimated state dropped_params""".split()
ATTEMPT_FIELDS = """provider credential model status error_code started_ms first_byte_ms duration_ms prompt_tokens
    completion_tokens cost_usd""".split()
UUID7 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


@pytest.fixture(scope="module")
def fake(module_fake):
    return module_fake()


@pytest.fixture(scope="module")
def broken(module_fake):
    return module_fake(default=behaviours.error(500, "broken"))


@pytest.fixture(scope="module")
def gateway(module_gateway, fake, broken):
    return module_gateway(
        {
            "providers": {"up": provider(fake, "m", "mix"), "broken": provider(broken, "m", "alone", "mix")},
            "rotations": {"r": rotation(("broken", "m"), ("up", "m")), "mix": rotation(("broken", "mix"), ("up", "mix"))},
        }
    )


@pytest.fixture(autouse=True)
def answer_normally(fake):
    fake.always(Answer(usage=Usage(prompt=100, completion=30, cached=40, reasoning=10)))


@pytest.mark.parametrize("stream", [False, True])
def test_a_success_leaves_one_full_row(gateway, stream):
    token = gateway.make_token()
    id = f"success-{stream}"
    answer = gateway.chat("up/m", token=token["token"], headers={"x-request-id": id}, stream=stream)
    assert answer.status_code == 200
    row = gateway.row(id)
    assert not [field for field in FIELDS if field not in row]
    assert UUID7.fullmatch(row["id"]) and row["time"].endswith("Z")
    assert (row["provider"], row["model"], row["stream"], row["status"]) == ("up", "m", stream, 200)
    assert (row["state"], row["estimated"], row["error_code"]) == ("settled", False, None)
    assert row["token"] == token["id"] and row["node"] == "node-under-test"
    tokens = [row[name] for name in ("prompt_tokens", "completion_tokens", "cached_tokens", "reasoning_tokens")]
    assert tokens == [100, 30, 40, 10]
    assert decimal.Decimal(row["cost_usd"]) == decimal.Decimal("0.00016")
    assert isinstance(row["cost_usd"], str), "money is a decimal string"
    assert [sorted(attempt) for attempt in row["attempts"]] == [sorted(ATTEMPT_FIELDS)]
    assert 0 <= row["gateway_ms"] <= row["duration_ms"]


def test_a_failover_lists_every_attempt(gateway):
    assert gateway.chat("rotation/r", headers={"x-request-id": "failover"}).status_code == 200
    row = gateway.row("failover")
    assert row["attempts"][0]["provider"] == "broken" and row["attempts"][0]["status"] == 500
    assert row["attempts"][-1]["provider"] == "up" and row["attempts"][-1]["status"] == 200
    assert (row["provider"], row["status"]) == ("up", 200)


def test_a_failure_costs_nothing_and_leaves_a_row(gateway):
    assert gateway.chat("broken/alone", headers={"x-request-id": "failure"}).status_code == 502
    row = gateway.row("failure")
    assert row["status"] == 502 and row["error_code"]
    assert row["completion_tokens"] == 0 and decimal.Decimal(row["cost_usd"] or 0) == 0


def test_a_client_that_left_is_settled_with_an_estimate(gateway, fake):
    fake.always(behaviours.endless("some words of text "))
    body = {"model": "up/m", "messages": [user("hi")]}
    with gateway.stream(body, headers={"x-request-id": "left"}) as answer:
        pieces = answer.iter_raw()
        for _ in range(5):
            next(pieces)
    row = gateway.row("left")
    assert (row["status"], row["estimated"], row["state"]) == (499, True, "settled")
    assert row["completion_tokens"] > 0
    gateway.wait_for_no_holds()


def test_the_same_request_id_twice_is_two_rows(gateway):
    for _ in range(2):
        assert gateway.chat("up/m", headers={"x-request-id": "twice"}).status_code == 200
    rows = wait_until(lambda: len(found := gateway.rows("twice")) == 2 and found, what="two rows")
    assert len({row["id"] for row in rows}) == 2


def test_requests_that_were_not_admitted_leave_no_row(gateway):
    gateway.chat("up/unknown", headers={"x-request-id": "unknown-model"})
    gateway.chat("up/m", token="sy-" + "x" * 43, headers={"x-request-id": "unknown-token"})
    gateway.post(b"{", headers={"x-request-id": "malformed"})
    assert gateway.chat("up/m", headers={"x-request-id": "marker"}).status_code == 200
    gateway.row("marker")
    assert not [name for name in ("unknown-model", "unknown-token", "malformed") if gateway.rows(name)]


def test_an_open_stream_is_a_hold_until_it_is_settled(gateway, fake):
    fake.always(behaviours.endless())
    with gateway.stream({"model": "up/m", "messages": [user("hi")]}) as answer:
        pieces = answer.iter_raw()  # kept, as letting go of it ends the stream
        next(pieces)
        assert len(gateway.listed("/holds")) == 1
    gateway.wait_for_no_holds()


@pytest.mark.parametrize("group", ["user", "token", "provider", "model", "route"])
def test_usage_sums_equal_the_rows(gateway, group):
    gateway.wait_for_no_holds()
    assert gateway.chat("up/m", headers={"x-request-id": f"last-{group}"}).status_code == 200
    gateway.row(f"last-{group}")  # rows are written in their order
    rows, sums = gateway.listed("/requests"), gateway.listed("/usage", group_by=group)
    for name in ("prompt_tokens", "completion_tokens"):
        assert sum(entry[name] for entry in sums) == sum(row[name] for row in rows)
    costs = [[decimal.Decimal(entry["cost_usd"] or 0) for entry in entries] for entries in (sums, rows)]
    assert sum(costs[0]) == sum(costs[1])


def test_requests_are_filtered_and_paged(gateway):
    user_name = gateway.make_user()
    token = gateway.make_token(user=user_name)
    for index in range(5):
        gateway.chat("up/m", token=token["token"], headers={"x-request-id": f"page-{index}"})
    for index in range(5):
        gateway.row(f"page-{index}")
    assert len(gateway.listed("/requests", token=token["id"])) == 5
    assert len(gateway.listed("/requests", user=user_name)) == 5
    assert all(row["status"] == 502 for row in gateway.listed("/requests", status=502))
    seen, cursor = [], None
    while True:
        params = {"limit": 2, "token": token["id"], **({"after": cursor} if cursor else {})}
        page = gateway.admin("GET", "/requests", **params).json()
        assert len(page["data"]) <= 2
        seen += [row["request_id"] for row in page["data"]]
        if not (cursor := page["next"]):
            break
    assert seen == [f"page-{index}" for index in (4, 3, 2, 1, 0)], "newest first, each once"


def test_a_random_mix_returns_every_reservation(gateway, fake):
    mix = [
        behaviours.answer(Answer()),
        behaviours.error(400),
        behaviours.answer(Answer(usage=None), interval=0.01),
        behaviours.endless(),
        behaviours.cut(3, "broken"),
    ]
    choose = random.Random(7)
    fake.always(lambda *what: choose.choice(mix)(*what))
    # Generous limits make every request hold something.
    limits = {"concurrent_requests": 100, "tokens_per_day": 10_000_000, "usd_per_day": 1000}
    token = gateway.make_token(limits=limits)["token"]

    def ask(index):
        body = {"model": "up/mix" if index % 3 else "rotation/mix", "messages": [user("hi")]}
        try:
            with gateway.stream(body, token=token) as answer:
                deadline = time.monotonic() + 0.2
                for _ in answer.iter_raw():
                    if time.monotonic() > deadline:
                        break
        except httpx.TransportError:
            pass

    with concurrent.futures.ThreadPoolExecutor(20) as pool:
        list(pool.map(ask, range(150)))
    gateway.wait_for_no_holds()
