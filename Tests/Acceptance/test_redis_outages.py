"""Redis fails in every way it can: no limit is passed, known callers are served without delay, nothing is lost."""

import pytest

from clock import away_from_the_end_of_the_day
from clusters import start_nodes, stranger
from gateway import free_port
from services.proxy import Proxy
from services.redis import Redis

pytestmark = pytest.mark.waits

LIMIT = 60


class Outage:
    """Redis behind a network, and one way in which they fail."""

    def __init__(self, folder, kind: str):
        self.kind = kind
        self.redis = Redis(folder / "redis", persistent=kind != "restarted empty").start()
        self.proxy = Proxy(self.redis.port).start()
        self.url = self.redis.url.replace(str(self.redis.port), str(self.proxy.port))

    def begin(self):
        match self.kind:
            case "down" | "restarted empty":
                self.redis.kill9()
            case "slow by 5 s":
                self.proxy.slow(5)
            case "black hole":
                self.proxy.swallow()
            case "out of memory":
                self.redis.ask("CONFIG", "SET", "maxmemory", "1")
            case "read-only":
                self.redis.ask("REPLICAOF", "127.0.0.1", str(free_port()))

    def end(self):
        match self.kind:
            case "down" | "restarted empty":
                self.redis.start()
            case "slow by 5 s" | "black hole":
                self.proxy.mend()
            case "out of memory":
                self.redis.ask("CONFIG", "SET", "maxmemory", "0")
            case "read-only":
                self.redis.ask("REPLICAOF", "NO", "ONE")

    def stop(self):
        self.proxy.stop()
        self.redis.stop()


KINDS = ["down", "restarted empty", "slow by 5 s", "black hole", "out of memory", "read-only"]


@pytest.fixture(params=KINDS)
def outage(request, tmp_path):
    outage = Outage(tmp_path, request.param)
    yield outage
    outage.stop()


def test_without_redis_no_limit_is_passed_and_nothing_is_lost_or_late(outage, mariadb, make_gateway, make_fake):
    away_from_the_end_of_the_day(60)
    nodes = start_nodes(make_gateway, make_fake, outage.url, mariadb.make_database())
    free = nodes[0].make_token()
    limited = nodes[0].make_token(limits={"requests_per_day": LIMIT})
    narrow = nodes[0].make_token(limits={"concurrent_requests": 3})
    usual = nodes.seconds(free)
    assert nodes.persistent_burst(limited, 9) == {200: 9}
    outage.begin()
    during = nodes.burst(limited, 60)
    assert set(during) <= {200, 503, 429}, during
    nodes.wait_for("shared_state", "unavailable", 5)
    nodes.assert_up()
    assert all(state["status"] == "degraded" for state in nodes.health())
    nodes.adds_at_most(free, usual, 0.05)
    assert nodes[0].chat("up/m", token=stranger()).status_code == 401, "the database knows who is unknown"
    assert set(nodes.burst(narrow, 12)) <= {200, 429, 503}
    during = nodes.burst(limited, 60)
    assert set(during) <= {200, 503, 429}, during
    assert nodes.burst(limited, 60)[200] == 0, "what the nodes were lent is used up"
    assert nodes.served[limited["id"]] < LIMIT
    outage.end()
    nodes.wait_for("shared_state", "ok", 5)
    after = nodes.persistent_burst(limited, 60)
    assert set(after) <= {200, 429}, after
    assert nodes.served[limited["id"]] == LIMIT, "what was not used in the outage is there"
    assert nodes.persistent_burst(narrow, 3) == {200: 3}, "no slot is lost"
    for token in (free, limited, narrow):
        nodes.wait_for_rows(token)
    for node in nodes:
        node.wait_for_no_holds()


def test_a_limit_says_what_it_does_without_redis(tmp_path, mariadb, make_gateway, make_fake):
    """`on_outage`, with a Redis that takes connections and answers nothing."""
    away_from_the_end_of_the_day(60)
    outage = Outage(tmp_path, "black hole")
    try:
        nodes = start_nodes(make_gateway, make_fake, outage.url, mariadb.make_database())
        limits = {"requests_per_day": 30}
        tokens = {how: nodes[0].make_token(limits={**limits, "on_outage": how}) for how in ("share", "refuse", "allow")}
        for token in tokens.values():
            assert nodes.persistent_burst(token, 6) == {200: 6}
        outage.begin()
        nodes.burst(tokens["refuse"], 6)
        nodes.wait_for("shared_state", "unavailable", 5)
        assert nodes.burst(tokens["refuse"], 6) == {503: 6}
        assert nodes.burst(tokens["allow"], 12) == {200: 12}
        nodes.burst(tokens["share"], 60)
        assert nodes.served[tokens["share"]["id"]] <= 30
        outage.end()
        nodes.wait_for("shared_state", "ok", 5)
        nodes.burst(tokens["share"], 60)
        assert nodes.served[tokens["share"]["id"]] <= 30
        for token in tokens.values():
            nodes.wait_for_rows(token)
    finally:
        outage.stop()
