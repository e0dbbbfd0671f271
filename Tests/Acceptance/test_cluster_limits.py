"""Several nodes over one Redis and one database: their limits are the limits of all of them."""

import pytest

from clock import away_from_the_end_of_the_day
from clusters import start_nodes
from gateway import wait_until
from services.redis import Redis

pytestmark = pytest.mark.waits


@pytest.fixture
def redis(tmp_path_factory):
    server = Redis(tmp_path_factory.mktemp("redis"), persistent=False).start()
    yield server
    server.stop()


@pytest.fixture
def nodes(redis, mariadb, make_gateway, make_fake):
    away_from_the_end_of_the_day()
    return start_nodes(make_gateway, make_fake, redis.url, mariadb.make_database())


def shares_state(node):
    return node.http.get("/health").json()["shared_state"] == {"kind": "redis", "status": "ok"}


def test_all_nodes_together_pass_exactly_the_limit(nodes):
    token = nodes[0].make_token(limits={"requests_per_day": 20})
    assert nodes.persistent_burst(token, 60) == {200: 20, 429: 40}


def test_a_node_that_dies_leaves_no_slot_taken_and_no_row_out(nodes, make_fake):
    token = nodes[0].make_token(limits={"concurrent_requests": 1})["token"]
    slow = {"model": "demo/lorem", "stream": True, "demo": {"words": 2000, "interval_ms": 20}}
    body = {**slow, "messages": [{"role": "user", "content": "hello"}]}
    headers = {"authorization": f"Bearer {token}"}
    with nodes[0].http.stream("POST", "/v1/chat/completions", json=body, headers=headers) as answer:
        assert answer.status_code == 200
        lines = answer.iter_lines()  # kept: the stream ends with it
        next(lines)
        assert [hold["node"] for hold in nodes[1].listed("/holds")] == ["node-0"]
        assert nodes[1].chat("up/m", token=token).status_code == 429
        nodes[0].kill9()
    wait_until(lambda: nodes[1].chat("up/m", token=token).status_code == 200, 15, "the dead node's slot")
    rows = lambda: [row for row in nodes[1].listed("/requests") if row["state"] == "abandoned"]
    assert len(wait_until(rows, what="the dead node's row")) == 1
    nodes[0].start()
    wait_until(lambda: shares_state(nodes[0]), what="the node's return")
    assert len(rows()) == 1
