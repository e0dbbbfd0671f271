"""A change at one node is in force on all of them: at once by Redis's channel, within seconds without it."""

import signal
import statistics
import time

import pytest

from clock import by_the_clock, soon
from clusters import start_nodes
from gateway import wait_until
from services.proxy import Proxy
from services.redis import Redis

pytestmark = pytest.mark.waits


@pytest.fixture
def proxy(tmp_path):
    redis = Redis(tmp_path / "redis").start()
    proxy = Proxy(redis.port).start()
    proxy.url = redis.url.replace(str(redis.port), str(proxy.port))
    yield proxy
    proxy.stop()
    redis.stop()


@pytest.fixture
def nodes(proxy, mariadb, make_gateway, make_fake):
    return start_nodes(make_gateway, make_fake, proxy.url, mariadb.make_database())


def known_token(nodes, number):
    """A token that every node has served."""
    token = nodes[number].make_token()
    for each in range(3):
        assert nodes.ask(each, token).status_code == 200
    return token


def revocation(nodes, number, seconds: float) -> float:
    """How long it takes until a token revoked at one node is refused by all: at most so many seconds."""
    token = known_token(nodes, number)
    assert nodes[number].admin("DELETE", f"/tokens/{token['id']}").status_code == 200
    began = time.monotonic()
    for each in range(3):
        wait_until(lambda: nodes.ask(each, token).status_code == 401, what="401")
    soon(began, seconds)
    return time.monotonic() - began


@by_the_clock
def test_a_revoked_token_ends_on_every_node_within_a_second(nodes):
    for number in range(12):
        revocation(nodes, number, 1)


@by_the_clock
def test_a_revocation_comes_by_the_channel_and_not_by_the_next_look(nodes):
    usual = statistics.median(revocation(nodes, number, 10) for number in range(9))
    soon(time.monotonic() - usual, 0.2)  # looks come twice a second


@by_the_clock
def test_without_the_channel_it_ends_within_five(nodes, proxy):
    proxy.deafen()
    for number in range(5):
        revocation(nodes, number, 5)
    proxy.mend()


@by_the_clock
def test_without_redis_it_ends_within_five(nodes, proxy):
    proxy.cut_off()
    revocation(nodes, 0, 5)
    proxy.swallow()
    revocation(nodes, 1, 5)
    proxy.mend()


@by_the_clock
def test_what_is_changed_while_a_node_hears_nothing_is_in_force_when_it_hears_again(nodes, proxy):
    proxy.deafen()
    token = known_token(nodes, 0)
    nodes[0].admin("DELETE", f"/tokens/{token['id']}")
    proxy.mend()
    for each in range(3):
        wait_until(lambda: nodes.ask(each, token).status_code == 401, what="401")
    for number in range(3):
        revocation(nodes, number, 1)


def test_a_write_that_waits_is_in_force_on_every_node_when_it_is_answered(nodes):
    for number in range(10):
        token = known_token(nodes, number)
        answer = nodes[number].admin("DELETE", f"/tokens/{token['id']}", wait="applied")
        assert answer.status_code == 200, answer.text
        assert [nodes.ask(each, token).status_code for each in range(3)] == [401] * 3
        rows = nodes[number + 1].listed("/nodes")
        assert [row["id"] for row in rows] == ["node-0", "node-1", "node-2"]
        assert all(row["live"] and row["applied_version"] >= answer.json()["config_version"] for row in rows)


@pytest.mark.parametrize("end", ["kill -9", "hangs"])
def test_a_node_that_died_drops_out_of_what_is_waited_for(nodes, end):
    nodes[2].kill9() if end == "kill -9" else nodes[2].signal(signal.SIGSTOP)
    try:
        began = time.monotonic()
        answer = nodes[0].admin("PUT", "/tiers/waited", {"limits": {}}, wait="applied")
        assert answer.status_code == 200, answer.text
        assert time.monotonic() - began < 25
        assert {row["id"]: row["live"] for row in nodes[1].listed("/nodes")}["node-2"] is False
        began = time.monotonic()
        assert nodes[0].admin("PUT", "/tiers/waited", {"limits": {}}, wait="applied").status_code == 200
        assert time.monotonic() - began < 5, "it is not waited for again"
    finally:
        if end == "hangs":
            nodes[2].signal(signal.SIGCONT)


def test_a_live_node_that_is_cut_off_from_the_database_is_named_and_the_write_stands(proxy, mariadb, make_gateway, make_fake):
    url = mariadb.make_database("?timeout=1&connect_timeout=1")
    road = Proxy(mariadb.port).start()
    detour = lambda number: {"SWITCHYARD_DATABASE_URL": url.replace(str(mariadb.port), str(road.port))} if number == 2 else {}
    nodes = start_nodes(make_gateway, make_fake, proxy.url, url, env=detour)
    token = known_token(nodes, 0)
    try:
        road.swallow()
        answer = nodes[0].admin("DELETE", f"/tokens/{token['id']}", wait="applied")
        assert answer.status_code == 504 and "node-2" in answer.json()["detail"], answer.text
        assert answer.headers["x-switchyard-config-version"]
        assert [nodes.ask(number, token).status_code for number in range(3)] == [401, 401, 200]
        assert {row["id"]: row["live"] for row in nodes[0].listed("/nodes")}["node-2"], "Redis hears of it"
        road.mend()
        wait_until(lambda: nodes.ask(2, token).status_code == 401, what="what it missed")
    finally:
        road.stop()


def test_an_outage_of_redis_makes_no_node_look_dead(nodes, proxy):
    proxy.cut_off()
    deadline = time.monotonic() + 12
    while time.monotonic() < deadline:
        assert all(row["live"] for row in nodes[0].listed("/nodes"))
        time.sleep(0.5)
    answer = nodes[0].admin("PUT", "/tiers/waited", {"limits": {}}, wait="applied")
    assert answer.status_code == 200, answer.text
