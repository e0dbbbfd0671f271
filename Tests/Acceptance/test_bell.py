"""A change at one node is in force on all of them: at once by Redis's channel, within seconds without it."""

import signal
import time

import pytest

from clusters import start_nodes
from gateway import wait_until
from services.proxy import Proxy
from services.redis import Redis


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


def revocation(nodes, number) -> float:
    """Seconds until a token revoked at one node is refused by all."""
    token = known_token(nodes, number)
    assert nodes[number].admin("DELETE", f"/tokens/{token['id']}").status_code == 200
    began = time.monotonic()
    for each in range(3):
        wait_until(lambda: nodes.ask(each, token).status_code == 401, 10, "401")
    return time.monotonic() - began


def test_a_revoked_token_ends_on_every_node_within_a_second(nodes):
    taken = [revocation(nodes, number) for number in range(20)]
    assert max(taken) < 1, taken
    # By the channel and not by the next look: those come twice a second.
    assert sorted(taken)[10] < 0.2, taken


def test_without_the_channel_it_ends_within_five(nodes, proxy):
    proxy.deafen()
    taken = [revocation(nodes, number) for number in range(5)]
    assert max(taken) < 5, taken
    proxy.mend()


def test_without_redis_it_ends_within_five(nodes, proxy):
    proxy.cut_off()
    assert revocation(nodes, 0) < 5
    proxy.swallow()
    assert revocation(nodes, 1) < 5


def test_what_is_changed_while_a_node_hears_nothing_is_in_force_when_it_hears_again(nodes, proxy):
    proxy.deafen()
    token = known_token(nodes, 0)
    nodes[0].admin("DELETE", f"/tokens/{token['id']}")
    proxy.mend()
    for each in range(3):
        wait_until(lambda: nodes.ask(each, token).status_code == 401, 5, "401")
    assert max(revocation(nodes, number) for number in range(3)) < 1


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
        assert time.monotonic() - began < 13
        assert {row["id"]: row["live"] for row in nodes[1].listed("/nodes")}["node-2"] is False
        began = time.monotonic()
        assert nodes[0].admin("PUT", "/tiers/waited", {"limits": {}}, wait="applied").status_code == 200
        assert time.monotonic() - began < 3, "it is not waited for again"
    finally:
        if end == "hangs":
            nodes[2].signal(signal.SIGCONT)


def test_an_outage_of_redis_makes_no_node_look_dead(nodes, proxy):
    proxy.cut_off()
    deadline = time.monotonic() + 12
    while time.monotonic() < deadline:
        assert all(row["live"] for row in nodes[0].listed("/nodes"))
        time.sleep(0.5)
    answer = nodes[0].admin("PUT", "/tiers/waited", {"limits": {}}, wait="applied")
    assert answer.status_code == 200, answer.text
