"""Rows of a cluster: each in the database exactly once, whatever dies and in what order; limits after Redis forgot."""

import random
import secrets
import threading
import time

import httpx
import pytest

from at_once import at_once
from clock import away_from_the_end_of_the_day
from configs import provider
from fakes import Answer
from gateway import MASTER_KEY, wait_until
from services.redis import Redis

pytestmark = pytest.mark.waits


@pytest.fixture
def make_nodes(make_gateway, make_fake):
    fake = make_fake()
    fake.always(Answer())

    def make(redis, database, count: int):
        return [
            make_gateway(
                {"providers": {"up": provider(fake)}},
                env={
                    "SWITCHYARD_REDIS_URL": redis.url,
                    "SWITCHYARD_DATABASE_URL": database,
                    "SWITCHYARD_NODE_ID": f"node-{number}",
                    "SWITCHYARD_MASTER_KEY": MASTER_KEY,
                },
            )
            for number in range(count)
        ]

    return make


@pytest.fixture(params=[True, False], ids=["persistent", "forgetful"])
def redis(tmp_path_factory, request):
    server = Redis(tmp_path_factory.mktemp("redis"), persistent=request.param).start()
    yield server
    server.stop()


def metric(node, name: str) -> float:
    text = node.http.get("/metrics").text
    return next(float(line.split()[1]) for line in text.splitlines() if line.startswith(name + " "))


def ids(node) -> list[str]:
    return [row["request_id"] for row in node.listed("/requests")]


def shares_state(node) -> bool:
    return node.http.get("/health").json()["shared_state"]["status"] == "ok"


class Load:
    """Requests one after another from a few threads, each with an id of its own, at whatever node is there."""

    def __init__(self, nodes, token: str, threads: int = 4):
        self.nodes, self.token, self.answered, self.over = nodes, token, [], threading.Event()
        self.threads = [threading.Thread(target=self._ask, args=(number,)) for number in range(threads)]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        for thread in self.threads:
            thread.join()

    def _ask(self, number: int):
        body = {"model": "up/m", "messages": [{"role": "user", "content": "hello"}]}
        with httpx.Client(timeout=60, trust_env=False) as client:
            while not self.over.is_set():
                name, node = "load-" + secrets.token_hex(8), random.choice(self.nodes)
                headers = {"authorization": f"Bearer {self.token}", "x-request-id": name}
                try:
                    answer = client.post(node.url + "/v1/chat/completions", json=body, headers=headers)
                except httpx.TransportError:
                    continue
                if answer.status_code == 200:
                    self.answered.append(name)


@pytest.mark.parametrize("seed", [1, 2])
def test_every_answer_has_one_row_after_nodes_and_redis_were_killed(make_nodes, mariadb, redis, seed):
    chance = random.Random(seed)
    nodes = make_nodes(redis, mariadb.make_database(), 2)
    with Load(nodes, nodes[0].make_token()["token"]) as load:
        for _ in range(4):
            time.sleep(chance.uniform(0.2, 1))
            victims = chance.choice([[redis], [nodes[0]], [nodes[1]], [nodes[0], redis]])
            for victim in victims:
                victim.kill9()
            time.sleep(chance.uniform(0, 0.5))
            for victim in reversed(victims):  # a node needs Redis to start
                victim.start()
        wait_until(lambda: len(load.answered) > 100, what="answers")
    answered = load.answered
    for node in nodes:
        wait_until(lambda: shares_state(node), what="the end of the outage")
    wait_until(lambda: set(answered) <= set(ids(nodes[0])), what="all rows")
    rows = ids(nodes[0])
    assert len(rows) == len(set(rows))


def test_a_node_that_never_comes_back_has_its_rows_written_by_another(make_nodes, mariadb, redis):
    nodes = make_nodes(redis, mariadb.make_database(), 2)
    token = nodes[0].make_token()["token"]
    for number in range(20):
        assert nodes[0].chat("up/m", token=token, headers={"x-request-id": f"last-{number}"}).status_code == 200
    nodes[0].kill9()
    wait_until(lambda: len(ids(nodes[1])) == 20, 15, "the dead node's rows")
    assert len(set(ids(nodes[1]))) == 20


def test_while_the_database_is_away_rows_wait_in_redis_and_none_is_lost(make_nodes, own_mariadb, redis):
    nodes = make_nodes(redis, own_mariadb.url(options="?timeout=1&connect_timeout=1"), 2)
    token = nodes[0].make_token()["token"]
    for node in nodes:
        assert node.chat("up/m", token=token).status_code == 200
    wait_until(lambda: len(ids(nodes[0])) == 2, what="the first rows")
    own_mariadb.kill9()
    for number in range(40):
        assert nodes[number % 2].chat("up/m", token=token, headers={"x-request-id": f"w-{number}"}).status_code == 200
    # Where Redis did not answer in time, a row waits in its node's journal.
    wait_until(lambda: metric(nodes[0], "switchyard_usage_stream_entries") > 0, what="rows that wait")
    own_mariadb.start()
    wait_until(lambda: metric(nodes[0], "switchyard_usage_stream_entries") == 0, what="an empty stream")
    waited = lambda: [row for row in ids(nodes[1]) if row.startswith("w-")]
    rows = wait_until(lambda: len(found := waited()) >= 40 and found, what="the rows")
    assert sorted(rows) == sorted(f"w-{number}" for number in range(40))
    assert all(metric(node, "switchyard_usage_rejected_rows_total") == 0 for node in nodes)


def test_a_redis_that_forgot_lets_no_more_in_than_the_limit_though_nodes_were_killed(make_nodes, mariadb, redis):
    away_from_the_end_of_the_day(40)
    nodes = make_nodes(redis, mariadb.make_database(), 2)
    token = nodes[0].make_token(limits={"requests_per_day": 30})["token"]

    def burst(nodes, count: int) -> int:
        turn = iter(range(count))
        ask = lambda: nodes[next(turn) % len(nodes)].chat("up/m", token=token, max_tokens=5).status_code
        return sum(status == 200 for status in at_once(count, ask))

    passed = 0
    while passed < 11:  # a node says 503 while Redis does not answer in time
        passed += burst(nodes[:1], min(7, 11 - passed))
    nodes[0].kill9()
    nodes[0].start()
    passed += burst(nodes[:1], 3)
    for node in reversed(nodes):
        node.kill9()
    redis.ask("FLUSHALL")
    for node in nodes:
        node.start()
    passed += burst(nodes, 6)
    redis.ask("FLUSHALL")
    for _ in range(20):
        passed += burst(nodes, 40)
        for node in nodes:
            wait_until(lambda: shares_state(node), what="the ledger's word")
    assert passed == 30
