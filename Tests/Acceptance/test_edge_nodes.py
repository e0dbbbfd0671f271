"""Nginx with the shipped configuration: nodes that die, end, come and go behind it."""

import json
import signal
import threading

import httpx
import pytest

from configs import provider, user
from edges import BODY, CHAT, DRAIN, KEEP, SLOW, assert_edge_error, bearer, client, two_nodes  # noqa: F401
from fakes import behaviours
from gateway import Gateway, wait_until
from services.dns import Names
from services.nginx import Edge, setting

pytestmark = pytest.mark.waits


# Nodes that die, and nodes that end


def test_a_node_that_cannot_be_connected_to_is_passed_over(make_gateway, make_edge):
    gateway = make_gateway({})
    edge = make_edge("127.0.0.1:1", gateway, "127.0.0.1:2")
    with client(edge, headers=bearer(gateway)) as ask:
        for _ in range(10):
            assert ask.post(CHAT, json=BODY).status_code == 200


@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_what_a_node_may_have_taken_is_never_sent_to_another(make_fake, make_edge, method):
    nodes = make_fake(default=behaviours.reset()), make_fake(default=behaviours.reset())
    edge = make_edge(*nodes)
    with client(edge) as ask:
        answer = ask.request(method, CHAT, json=BODY)
    assert_edge_error(answer, 502, "edge_no_node_answered")
    assert sum(len(node.exchanges) for node in nodes) == 1


def test_what_may_be_repeated_is_sent_to_another_node(make_fake, make_edge):
    dying, well = make_fake(default=behaviours.reset()), make_fake(default=behaviours.body(b"{}"))
    edge = make_edge(dying, well)
    with client(edge) as ask:
        for _ in range(4):
            assert ask.get("/v1/models").status_code == 200
    assert dying.exchanges and well.exchanges


class Load:
    """Callers who ask whole answers without a pause; `failed` holds whatever was not an answer with status 200."""

    def __init__(self, edge: Edge, gateway: Gateway, callers: int = 8):
        self.failed, self.answered = [], 0
        self._edge, self._headers, self._over = edge, bearer(gateway), threading.Event()
        self._threads = [threading.Thread(target=self._work) for _ in range(callers)]

    def _work(self):
        with client(self._edge, headers=self._headers) as ask:
            while not self._over.is_set():
                try:
                    answer = ask.post(CHAT, json=BODY)
                    if answer.status_code != 200:
                        self.failed.append(answer.text)
                except httpx.TransportError as error:
                    self.failed.append(repr(error))
                self.answered += 1

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self._over.set()
        for thread in self._threads:
            thread.join()


def test_nodes_that_end_and_start_again_in_turn_lose_no_request_and_no_stream(two_nodes, make_fake, make_edge):
    fake = make_fake(default=SLOW)
    nodes = two_nodes({"providers": {"up": provider(fake)}, **DRAIN})
    edge = make_edge(*nodes, changes=[KEEP])
    body = {"model": "up/m", "messages": [user("go on")], "stream": True}
    ends = []

    def stream():
        with client(edge, headers=bearer(nodes[0])) as ask, ask.stream("POST", CHAT, json=body) as answer:
            ends.append(b"".join(answer.iter_raw())[-30:])

    with Load(edge, nodes[0]) as load:
        for _ in range(2):
            for node in nodes:
                streams = [threading.Thread(target=stream) for _ in range(10)]
                for thread in streams:
                    thread.start()
                fake.wait_for_requests(len(ends) + 10)
                node.stop()
                for thread in streams:
                    thread.join()
                node.start()
    assert not load.failed and load.answered > 100
    assert len(ends) == 40 and all(end.endswith(b"data: [DONE]\n\n") for end in ends)


def test_while_it_drains_a_node_still_answers_and_ends_each_connection(make_gateway):
    gateway = make_gateway({"server": {"drain_delay": 60}})
    gateway.signal(signal.SIGTERM)
    gateway.wait_for_log(lambda line: "draining" in line)
    answer = gateway.chat("demo/echo")
    assert answer.status_code == 200 and answer.headers["connection"] == "close"
    assert gateway.ready_status() == 503
    gateway.signal(signal.SIGTERM)  # the second one ends the delay


# Nodes found by name


def test_nodes_that_come_and_go_by_name_need_no_reload(make_gateway, make_edge):
    first = make_gateway({}, env={"SWITCHYARD_NODE_ID": "node-1"})
    env = {"SWITCHYARD_ADMIN_TOKEN": first.admin_token}
    names = Names("127.0.0.1")
    try:
        edge = make_edge(dns=names.address, node_port=first.port)
        with client(edge, headers=bearer(first)) as ask:

            def seen(count: int) -> set[str]:
                answers = [ask.post(CHAT, json=BODY) for _ in range(count)]
                assert {answer.status_code for answer in answers} == {200}
                return {answer.headers["x-switchyard-node"] for answer in answers}

            assert seen(5) == {"node-1"}
            second = make_gateway(
                {}, env={**env, "SWITCHYARD_NODE_ID": "node-2"}, host="127.0.0.2", port=first.port
            )
            names.addresses.append("127.0.0.2")
            wait_until(lambda: seen(5) == {"node-1", "node-2"}, what="answers of the node that came")
            # Gone, and still among the addresses: passed over at once.
            second.stop()
            assert seen(20) == {"node-1"}
            names.addresses.remove("127.0.0.2")
            asked = names.asked
            wait_until(lambda: seen(1) and names.asked > asked, what="another question for the name")
            assert seen(5) == {"node-1"}
    finally:
        names.close()


def test_a_name_without_an_address_is_an_error_like_any_other(make_edge):
    names = Names()
    try:
        edge = make_edge(dns=names.address, node_port=17765)
        with client(edge) as ask:
            assert_edge_error(ask.post(CHAT, json=BODY), 502, "edge_no_node_answered")
    finally:
        names.close()


@pytest.mark.parametrize("dns", [False, True])
def test_the_shipped_files_say_what_the_nodes_say(make_edge, dns):
    """The edge's limits are the nodes' own; the defaults are those of the README's table of settings."""
    assert setting("switchyard/http.conf", "client_header_timeout") == "10s"
    assert setting("switchyard/http.conf", "client_body_timeout") == "30s"
    assert setting("switchyard/http.conf", "keepalive_timeout") == "75s"
    names = Names("127.0.0.1")
    try:
        edge = make_edge(dns=names.address, node_port=1) if dns else make_edge("127.0.0.1:1")
        with client(edge) as ask:
            assert ask.get("/edge/health").json() == {"status": "ok"}
    finally:
        names.close()
    assert json.dumps(edge.access_log) == "[]"
