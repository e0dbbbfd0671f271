"""Nodes whose clocks disagree by hours: limits, who is alive, and what is in force do not depend on their clocks."""

import time

import pytest

from clock import away_from_the_end_of_the_day, in_one_minute
from clusters import start_nodes
from gateway import wait_until
from services.clocks import skewed
from services.redis import Redis

pytestmark = pytest.mark.waits

SKEWS = [0, 5400, -5400]  # seconds


@pytest.fixture
def redis(tmp_path):
    server = Redis(tmp_path / "redis").start()
    yield server
    server.stop()


@pytest.fixture
def nodes(redis, mariadb, make_gateway, make_fake, tmp_path):
    clock = lambda number: skewed(tmp_path, SKEWS[number])
    return start_nodes(make_gateway, make_fake, redis.url, mariadb.make_database(), env=clock)


def test_nodes_whose_clocks_disagree_share_limits_changes_and_rows(nodes, redis):
    started = [row["since"] for row in nodes[0].listed("/nodes")]
    assert len({stamp[:13] for stamp in started}) >= 2, "their clocks do disagree"
    away_from_the_end_of_the_day()

    @in_one_minute
    def fill():
        token = nodes[0].make_token(limits={"requests_per_minute": 20})
        assert nodes.persistent_burst(token, 60) == {200: 20, 429: 40}
        return token

    minute = fill()
    day = nodes[0].make_token(limits={"requests_per_day": 40})
    slots = nodes[0].make_token(limits={"concurrent_requests": 3})
    assert nodes.persistent_burst(day, 12) == {200: 12}
    assert set(nodes.persistent_burst(slots, 12)) <= {200, 429}
    # Who is alive, and what is in force
    for node in nodes:
        rows = node.listed("/nodes")
        assert [row["live"] for row in rows] == [True] * 3
        assert len({row["last_seen"][:15] for row in rows}) <= 2, "one clock says when they were seen"
    for number in range(3):
        token = nodes[number].make_token()
        for each in range(3):
            assert nodes.ask(each, token).status_code == 200
        assert nodes[number].admin("DELETE", f"/tokens/{token['id']}", wait="applied").status_code == 200
        assert [nodes.ask(each, token).status_code for each in range(3)] == [401] * 3
    # An outage of Redis, and its end
    redis.kill9()
    nodes.burst(day, 60)
    redis.start()
    nodes.wait_for("shared_state", "ok", 5)
    nodes.persistent_burst(day, 60)
    assert nodes.served[day["id"]] == 40
    for token in (minute, day, slots):
        nodes.wait_for_rows(token)
        summed = nodes[1].admin("GET", "/usage", group_by="token", token=token["id"]).json()["data"]
        assert [group["requests"] for group in summed] == [nodes.served[token["id"]]]


def test_a_dead_node_of_another_time_is_found_dead(nodes):
    nodes[1].kill9()
    began = time.monotonic()
    wait_until(lambda: not {row["id"]: row["live"] for row in nodes[0].listed("/nodes")}.get("node-1"), what="its death")
    assert time.monotonic() - began > 5
    assert nodes[2].admin("PUT", "/tiers/waited", {"limits": {}}, wait="applied").status_code == 200
