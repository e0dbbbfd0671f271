"""No plateau of 40 ms, where one side waits for an acknowledgement that the other delays (Nagle's algorithm against delayed
ACK): what the gateway adds at concurrency 1 is compared with the same provider asked directly in the same run."""

import statistics
import time

import httpx
import pytest

from clock import by_the_clock, soon
from configs import provider, user
from fakes import Answer, behaviours

# Half of the plateau: what a gateway adds is far below it.
PLATEAU = 0.020
# A fresh connection is acknowledged at once for a while, so the first rounds would show nothing.
WARM, ROUNDS = 10, 16


@pytest.fixture
def both_ways(make_gateway, make_fake):
    """Two functions that ask over a kept connection: the provider itself, and the gateway."""
    fake = make_fake(default=behaviours.answer(Answer(text="one two three four five six seven eight"), interval=0.012))
    gateway = make_gateway({"providers": {"up": provider(fake)}}, loops=1)

    def asking(url, token, model):
        client = httpx.Client(timeout=30, headers={"authorization": f"Bearer {token}"})

        def ask(stream):
            body = {"model": model, "messages": [user("Say something. " * 100)], "stream": stream}
            return client.stream("POST", url + "/chat/completions", json=body)

        return ask

    return asking(fake.endpoint, "sk-test", "m"), asking(gateway.url + "/v1", gateway.admin_token, "up/m")


def usual(times):
    """The lower quartile: a plateau meets every request, a busy machine some of them."""
    return statistics.quantiles(times[WARM:])[0]


def no_plateau(added):
    soon(time.monotonic() - added, PLATEAU)


def whole(ask):
    began = time.monotonic()
    with ask(False) as answer:
        assert answer.status_code == 200
        answer.read()
    return time.monotonic() - began


def arrivals(ask):
    """When each piece of a stream arrived, from the asking on."""
    began = time.monotonic()
    with ask(True) as answer:
        assert answer.status_code == 200
        times = [time.monotonic() - began for _ in answer.iter_raw()]
    assert len(times) > 4
    return times


@by_the_clock
def test_whole_answers_over_kept_connections_add_no_plateau(both_ways):
    directly, through = [[whole(ask) for _ in range(WARM + ROUNDS)] for ask in both_ways]
    no_plateau(usual(through) - usual(directly))


@by_the_clock
def test_no_event_of_a_stream_waits_for_an_acknowledgement(both_ways):
    directly, through = [[arrivals(ask) for _ in range(WARM + ROUNDS)] for ask in both_ways]
    # The first piece shows a plateau of the request. One of the events would hold them together: 40 ms apart, not 12.
    for measure in (lambda times: times[0], lambda times: statistics.median(b - a for a, b in zip(times, times[1:]))):
        usually = [usual([measure(times) for times in rounds]) for rounds in (directly, through)]
        no_plateau(usually[1] - usually[0])
