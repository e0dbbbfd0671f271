"""What a token, a user and a tier may use: nothing overshoots, and a refusal says whose limit it was."""

import threading

import pytest

from at_once import at_once, at_once_until
from clock import away_from_the_end_of_the_day, in_one_minute
from configs import provider, user
from fakes import Answer, Usage, behaviours
from gateway import wait_until


@pytest.fixture(scope="module")
def fake(module_fake):
    return module_fake()


@pytest.fixture(scope="module")
def gateway(module_gateway, fake):
    tiers = {"small": {"limits": {"requests_per_minute": 2}}, "closed": {"limits": {"requests_per_day": 0}}}
    return module_gateway({"providers": {"up": provider(fake)}, "tiers": tiers})


@pytest.fixture(autouse=True)
def begin(fake):
    fake.always(Answer())
    away_from_the_end_of_the_day()


def statuses(gateway, token, count, **fields):
    return [gateway.chat("up/m", token=token, **fields).status_code for _ in range(count)]


def assert_refused(answer, status, code, owner):
    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (status, code), answer.text
    assert set(error) >= {"message", "type", "param", "code"}
    assert owner in error["message"], "a refusal says whose limit it was"
    if status == 429 and "retry-after" in answer.headers:
        assert 0 < int(answer.headers["retry-after"]) <= 60


@in_one_minute
def test_requests_per_minute_pass_exactly(gateway):
    token = gateway.make_token(limits={"requests_per_minute": 5})["token"]
    assert statuses(gateway, token, 8) == [200] * 5 + [429] * 3
    refused = gateway.chat("up/m", token=token)
    assert_refused(refused, 429, "rate_limit_exceeded", "token")
    assert "retry-after" in refused.headers


@in_one_minute
def test_simultaneous_first_requests_overshoot_nothing(gateway):
    token = gateway.make_token(limits={"requests_per_minute": 10})["token"]
    got = at_once(40, lambda: gateway.chat("up/m", token=token).status_code)
    assert sorted(got) == [200] * 10 + [429] * 30


@in_one_minute
def test_rate_headers_count_down(gateway):
    token = gateway.make_token(limits={"requests_per_minute": 3, "tokens_per_minute": 100_000})["token"]
    answers = [gateway.chat("up/m", token=token, max_tokens=10) for _ in range(3)]
    assert [answer.headers["x-ratelimit-limit-requests"] for answer in answers] == ["3"] * 3
    assert [answer.headers["x-ratelimit-remaining-requests"] for answer in answers] == ["2", "1", "0"]
    assert answers[0].headers["x-ratelimit-limit-tokens"] == "100000"
    assert 0 < int(answers[0].headers["x-ratelimit-remaining-tokens"]) < 100_000
    assert answers[0].headers["x-ratelimit-reset-requests"]
    without = gateway.chat("up/m")
    assert "x-ratelimit-limit-requests" not in without.headers, "the admin token has no limits"


@in_one_minute
def test_tokens_per_minute_are_reserved_before_and_settled_after(gateway, fake):
    fake.always(Answer(usage=Usage(prompt=30, completion=20)))
    token = gateway.make_token(limits={"tokens_per_minute": 1000})["token"]
    first = gateway.chat("up/m", token=token, max_tokens=500)
    assert first.status_code == 200
    gateway.wait_for_no_holds()
    second = gateway.chat("up/m", token=token, max_tokens=500)
    assert second.status_code == 200, "what the first reserved and did not use came back"
    assert_refused(gateway.chat("up/m", token=token, max_tokens=5000), 429, "rate_limit_exceeded", "token")
    fake.always(Answer(usage=Usage(prompt=30, completion=900)))
    gateway.wait_for_no_holds()
    gateway.chat("up/m", token=token, max_tokens=800)
    gateway.wait_for_no_holds()
    assert gateway.chat("up/m", token=token, max_tokens=100).status_code == 429


def test_concurrent_requests_pass_exactly(gateway, fake):
    released = threading.Event()
    fake.always(behaviours.held(released))
    token = gateway.make_token(limits={"concurrent_requests": 3})["token"]
    got = at_once_until(12, lambda: gateway.chat("up/m", token=token).status_code, 3, released)
    assert sorted(got) == [200] * 3 + [429] * 9
    fake.always(Answer())
    gateway.wait_for_no_holds()
    assert statuses(gateway, token, 3) == [200] * 3, "slots come back"


def test_a_slot_comes_back_when_the_client_leaves(gateway, fake):
    fake.always(behaviours.endless())
    token = gateway.make_token(limits={"concurrent_requests": 1})["token"]
    body = {"model": "up/m", "messages": [user("hi")]}
    with gateway.stream(body, token=token) as answer:
        pieces = answer.iter_raw()  # kept, as letting go of it ends the stream
        next(pieces)
        assert gateway.chat("up/m", token=token).status_code == 429
    fake.always(Answer())
    wait_until(lambda: gateway.chat("up/m", token=token).status_code == 200, what="the slot")


def test_usd_per_day_is_spent_and_not_more(gateway, fake):
    # A million prompt tokens cost 1 USD, a million completion tokens 2.
    fake.always(Answer(usage=Usage(prompt=100_000, completion=50_000)))
    token = gateway.make_token(limits={"usd_per_day": 0.5})["token"]
    got = []
    for _ in range(5):
        got.append(gateway.chat("up/m", token=token, max_tokens=50_000).status_code)
        gateway.wait_for_no_holds()
    assert got[0] == 200 and got[-1] == 402
    # 0.2 USD each were spent; a reservation of at least 0.1 must fit into what is left.
    assert 2 <= got.count(200) <= 3
    refused = gateway.chat("up/m", token=token, max_tokens=50_000)
    assert_refused(refused, 402, "insufficient_quota", "token")
    assert refused.headers["x-should-retry"] == "false"


def test_of_many_calls_worth_most_of_the_budget_one_passes(gateway, fake):
    fake.always(behaviours.answer(Answer(usage=Usage(prompt=10, completion=300_000)), delay=0.3))
    token = gateway.make_token(limits={"usd_per_day": 1})["token"]
    got = at_once(20, lambda: gateway.chat("up/m", token=token, max_tokens=300_000).status_code)
    assert sorted(got) == [200] + [402] * 19


LIMITS = ["requests_per_minute", "requests_per_day", "tokens_per_minute", "tokens_per_day", "concurrent_requests"]


@pytest.mark.parametrize("limit", [*LIMITS, "usd_per_day", "usd_per_month"])
def test_zero_blocks_and_null_does_not(gateway, limit):
    blocked = gateway.make_token(limits={limit: 0})["token"]
    refused = gateway.chat("up/m", token=blocked)
    assert refused.status_code == (402 if limit.startswith("usd") else 429)
    assert refused.headers.get("x-should-retry") == "false", "waiting does not help"
    free = gateway.make_token(limits={limit: None})["token"]
    assert gateway.chat("up/m", token=free).status_code == 200


@in_one_minute
def test_a_tier_limits_each_of_its_users(gateway):
    first, second = gateway.make_user(tier="small"), gateway.make_user(tier="small")
    tokens = [gateway.make_token(user=name)["token"] for name in (first, first, second)]
    assert statuses(gateway, tokens[0], 2) == [200, 200]
    refused = gateway.chat("up/m", token=tokens[1])
    assert_refused(refused, 429, "rate_limit_exceeded", "tier")
    assert gateway.chat("up/m", token=tokens[2]).status_code == 200


def test_a_refused_request_is_not_called_and_leaves_no_row(gateway, fake):
    token = gateway.make_token(user=gateway.make_user(tier="closed"))["token"]
    before = len(fake.exchanges)
    refused = gateway.chat("up/m", token=token, headers={"x-request-id": "refused-by-tier"})
    assert refused.status_code == 429 and refused.headers["x-request-id"] == "refused-by-tier"
    assert len(fake.exchanges) == before
    assert not gateway.rows("refused-by-tier")
