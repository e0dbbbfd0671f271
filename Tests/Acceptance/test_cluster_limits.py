"""Several nodes over one Redis and one database: their limits are the limits of all of them."""

import collections
import subprocess

import pytest

from at_once import at_once
from clock import away_from_the_end_of_the_day
from configs import provider
from fakes import Answer
from gateway import MASTER_KEY, free_port, wait_until
from services.mariadb import MariaDB
from services.redis import Redis


@pytest.fixture(scope="module")
def database(tmp_path_factory):
    server = MariaDB(tmp_path_factory.mktemp("mariadb")).start()
    yield server
    server.stop()


@pytest.fixture
def redis(tmp_path_factory):
    server = Redis(tmp_path_factory.mktemp("redis"), persistent=False).start()
    yield server
    server.stop()


@pytest.fixture
def nodes(redis, database, make_gateway, make_fake):
    fake = make_fake()
    fake.always(Answer())
    away_from_the_end_of_the_day()
    config = {"providers": {"up": provider(fake)}}
    return [make_gateway(config, env=environment(redis, database, f"node-{number}")) for number in range(3)]


def environment(redis, database, name):
    return {
        "SWITCHYARD_REDIS_URL": redis.url,
        "SWITCHYARD_DATABASE_URL": database.url(),
        "SWITCHYARD_NODE_ID": name,
        "SWITCHYARD_MASTER_KEY": MASTER_KEY,
    }


def shares_state(node):
    return node.http.get("/health").json()["shared_state"] == {"kind": "redis", "status": "ok"}


def burst(nodes, token, count):
    """Statuses of `count` requests at once over all nodes."""
    turn = iter(range(count))
    return collections.Counter(
        at_once(count, lambda: nodes[next(turn) % len(nodes)].chat("up/m", token=token, max_tokens=5).status_code)
    )


def test_all_nodes_together_pass_exactly_the_limit(nodes):
    token = nodes[0].make_token(limits={"requests_per_day": 20})["token"]
    assert burst(nodes, token, 60) == {200: 20, 429: 40}


def test_an_outage_of_redis_passes_no_limit_and_its_end_is_noticed(nodes, redis):
    token = nodes[0].make_token(limits={"requests_per_day": 40})["token"]
    before = burst(nodes, token, 9)
    assert before == {200: 9}
    redis.kill9()
    during = burst(nodes, token, 60)
    assert set(during) <= {200, 503} and during[200] > 0
    assert all(node.ready_status() == 200 for node in nodes)
    redis.start()
    for node in nodes:
        wait_until(lambda: shares_state(node), 5, "the end of the outage")
    after = burst(nodes, token, 60)
    assert before[200] + during[200] + after[200] == 40
    assert set(after) <= {200, 429}


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
    assert len(wait_until(rows, 5, "the dead node's row")) == 1
    nodes[0].start()
    wait_until(lambda: shares_state(nodes[0]), 5, "the node's return")
    assert len(rows()) == 1


def exit_of(gateway):
    """Exit code and words of a node that must not start."""
    ended = subprocess.run([gateway.binary, "serve"], env=gateway._env, cwd=gateway.folder, capture_output=True, timeout=30)
    return ended.returncode, ended.stderr.decode()


@pytest.mark.parametrize(
    "setting, code, words",
    [
        (lambda redis: "http://127.0.0.1", 78, "SWITCHYARD_REDIS_URL"),
        (lambda redis: redis.url.replace(redis.password, "wrong"), 78, "password"),
        (lambda redis: f"redis://127.0.0.1:{free_port()}", 75, "cannot be reached"),
    ],
)
def test_a_wrong_redis_setting_is_told_by_its_name(make_gateway, redis, setting, code, words):
    node = make_gateway({}, env={"SWITCHYARD_REDIS_URL": setting(redis)}, start=False)
    (node.folder / "data").mkdir(exist_ok=True)
    got, text = exit_of(node)
    assert got == code and words in text, text
    assert redis.password not in text


def test_a_second_node_of_one_name_does_not_start(make_gateway, redis):
    env = {"SWITCHYARD_REDIS_URL": redis.url, "SWITCHYARD_NODE_ID": "only-one"}
    make_gateway({}, env=env)
    second = make_gateway({}, env=env, start=False)
    (second.folder / "data").mkdir(exist_ok=True)
    code, text = exit_of(second)
    assert code == 78 and "SWITCHYARD_NODE_ID" in text
