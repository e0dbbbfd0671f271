"""Nginx with the shipped configuration, before real nodes: one address, nothing lost, nothing believed, nothing told."""

import socket
import threading

import httpx
import pytest

from configs import provider, user
from edges import BODY, CHAT, assert_edge_error, bearer, client, two_nodes  # noqa: F401
from fakes import Answer, behaviours
from gateway import wait_until
from services.nginx import setting


# What passes


@pytest.mark.parametrize("http2", [False, True])
def test_requests_reach_every_node_over_both_versions_of_http(two_nodes, make_edge, http2):
    nodes = two_nodes({})
    edge = make_edge(*nodes)
    with client(edge, http2=http2, http1=not http2) as ask:
        answers = [ask.post(CHAT, json=BODY, headers=bearer(nodes[0])) for _ in range(20)]
    assert {answer.status_code for answer in answers} == {200}
    assert {answer.http_version for answer in answers} == {"HTTP/2" if http2 else "HTTP/1.1"}
    assert {answer.headers["x-switchyard-node"] for answer in answers} == {"node-a", "node-b"}


@pytest.mark.parametrize("http2", [False, True])
def test_a_streamed_event_passes_when_it_comes(make_gateway, make_fake, make_edge, http2):
    """The provider sends a piece when the caller has the one before: what is held back on the way is never sent."""
    words, arrived = ("one", "two", "three"), threading.Semaphore(0)

    async def one_by_one(exchange, connection, wire):
        await connection.send(behaviours.head(200, wire.stream_type))
        for event in wire.events(Answer(pieces=words), exchange):
            await connection.send_chunk(event)
            while any(word in event.decode() for word in words) and not arrived.acquire(blocking=False):
                await connection.pause(0.01)
        await connection.send(b"0\r\n\r\n")

    fake = make_fake(default=one_by_one)
    gateway = make_gateway({"providers": {"up": provider(fake)}})
    edge = make_edge(gateway)
    with client(edge, http2=http2) as ask:
        body = {"model": "up/m", "messages": [user("count")], "stream": True}
        with ask.stream("POST", CHAT, json=body, headers=bearer(gateway)) as answer:
            for line in filter(None, answer.iter_lines()):
                if any(word in line for word in words):
                    arrived.release()
    assert line == "data: [DONE]"


def test_connections_to_the_nodes_are_kept(make_fake, make_edge):
    node = make_fake(default=behaviours.body(b"{}"))
    edge = make_edge(node)
    with client(edge) as ask:
        for _ in range(20):
            assert ask.get("/v1/models").status_code == 200
    assert len({exchange.connection for exchange in node.exchanges}) <= 4  # one a worker


def test_a_body_of_the_nodes_own_limit_passes_and_one_byte_more_does_not(make_gateway, make_edge):
    gateway = make_gateway({})
    edge = make_edge(gateway)
    limit = 67_108_864  # max_body_bytes
    assert setting("switchyard/http.conf", "client_max_body_size") == f"{limit >> 20}m"
    with client(edge) as ask:
        answer = ask.post(CHAT, content=b"x" * limit, headers=bearer(gateway))
        assert answer.status_code == 400 and not answer.json()["error"]["code"].startswith("edge_")
        assert_edge_error(ask.post(CHAT, content=b"x" * (limit + 1), headers=bearer(gateway)), 413, "edge_body_too_large")


def test_a_websocket_upgrade_is_handed_on_and_no_other(make_fake, make_edge):
    node = make_fake(default=behaviours.body(b"{}"))
    edge = make_edge(node)
    with client(edge) as ask:
        ask.get("/v1/realtime", headers={"connection": "upgrade", "upgrade": "websocket"})
        ask.get("/v1/realtime", headers={"connection": "upgrade, http2-settings", "upgrade": "h2c"})
    websocket, clear_text_http2 = node.wait_for_requests(2)
    assert (websocket.header("upgrade"), websocket.header("connection")) == ("websocket", "upgrade")
    assert clear_text_http2.header("upgrade") is None and clear_text_http2.header("connection") is None


# Below a path


def test_below_a_subpath_the_gateway_is_the_same(make_gateway, make_edge):
    gateway = make_gateway({})
    edge = make_edge(gateway)
    with client(edge, headers=bearer(gateway)) as ask:
        assert ask.post("/ai" + CHAT, json=BODY).status_code == 200
        assert ask.get("/ai/health/ready").json() == {"status": "ready"}
        assert ask.get("/ai/v1/models/demo%2Fecho").json()["id"] == "demo/echo"
        assert_edge_error(ask.get("/ai/metrics"), 404, "edge_not_found")
        assert ask.get("/ai").headers["location"] == "/ai/"


def test_a_subpath_is_taken_off_and_told_and_nothing_else_is_changed(make_fake, make_edge):
    moved = behaviours.body(b"", 302, headers=(("location", "/dashboard/"), ("set-cookie", "session=1; Path=/")))
    node = make_fake(default=moved)
    edge = make_edge(node)
    with client(edge) as ask:
        answer = ask.get("/ai/v1beta/models/a%2Fb%20c:generate?alt=sse&q=%2F")
        assert answer.headers["location"] == "/ai/dashboard/" and "Path=/ai/" in answer.headers["set-cookie"]
        assert node.last.target == "/v1beta/models/a%2Fb%20c:generate?alt=sse&q=%2F"
        assert node.last.header("x-forwarded-prefix") == "/ai"
        ask.get("/v1/models", headers={"x-forwarded-prefix": "/evil"})
        assert node.last.header("x-forwarded-prefix") is None


def test_a_path_that_only_becomes_the_subpath_is_refused(make_fake, make_edge):
    node = make_fake(default=behaviours.body(b"{}"))
    edge = make_edge(node)
    with edge.context().wrap_socket(socket.create_connection(("127.0.0.1", edge.port)), server_hostname="localhost") as raw:
        raw.sendall(b"GET /x/../ai/v1/models HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        assert raw.recv(4096).startswith(b"HTTP/1.1 404")
    assert not node.exchanges


# What the edge says by itself


def test_when_no_node_answers_the_error_has_openais_shape_and_the_callers_request_id(make_edge):
    edge = make_edge("127.0.0.1:1")
    with client(edge) as ask:
        answer = ask.post(CHAT, json=BODY, headers={"x-request-id": "mine-1"})
        assert_edge_error(answer, 502, "edge_no_node_answered")
        assert answer.headers["x-request-id"] == "mine-1" and answer.headers["retry-after"] == "1"
        unfit = ask.post(CHAT, json=BODY, headers={"x-request-id": "not fit"})
        assert unfit.headers["x-request-id"] != "not fit"
    assert [line["request_id"] for line in edge.access_log][0] == "mine-1"


def test_a_node_that_is_silent_for_too_long_gets_504(make_fake, make_edge):
    node = make_fake(default=behaviours.silent())
    edge = make_edge(node, changes=[("switchyard/proxy.conf", "proxy_read_timeout 660s", "proxy_read_timeout 1s")])
    with client(edge) as ask:
        assert_edge_error(ask.post(CHAT, json=BODY), 504, "edge_node_too_slow")
    assert len(node.exchanges) == 1


def test_too_many_open_requests_of_one_address_get_429(make_fake, make_edge):
    node = make_fake(default=behaviours.silent())
    edge = make_edge(node, changes=[("switchyard/server.conf", "switchyard_address 5000", "switchyard_address 1")])
    with client(edge) as first, client(edge) as second:
        waiting = threading.Thread(target=lambda: _until_gone(first))
        waiting.start()
        node.wait_for_requests(1)
        answer = second.post(CHAT, json=BODY)
        assert_edge_error(answer, 429, "edge_too_many_requests")
        assert answer.headers["retry-after"] == "1"
        node.refuse()
        waiting.join(60)


def _until_gone(ask: httpx.Client):
    ask.post(CHAT, json=BODY)


@pytest.mark.parametrize("http2", [False, True])
def test_header_fields_beyond_the_limit_are_refused(make_gateway, make_edge, http2):
    edge = make_edge(make_gateway({}))
    with client(edge, http2=http2) as ask:
        try:
            answer = ask.get("/v1/models", headers={"x-much": "x" * 70_000})
        except httpx.RemoteProtocolError:
            assert http2  # the connection is ended with an error of its own
        else:
            assert_edge_error(answer, 431, "edge_headers_too_large")
        assert ask.get("/v1/models", headers={"x-much": "x" * 12_000}).status_code == 401


def test_clear_text_is_answered_with_an_error_and_never_handed_on(make_fake, make_edge):
    node = make_fake()
    edge = make_edge(node)
    with httpx.Client(timeout=60, trust_env=False) as ask:
        on_its_port = ask.post(f"http://127.0.0.1:{edge.cleartext_port}{CHAT}", json=BODY)
        on_the_other = ask.post(f"http://127.0.0.1:{edge.port}{CHAT}", json=BODY)
    assert_edge_error(on_its_port, 403, "edge_https_required")
    assert_edge_error(on_the_other, 400, "edge_bad_request")
    assert not node.exchanges


def test_errors_of_the_nodes_pass_as_they_are(make_gateway, make_edge):
    gateway = make_gateway({})
    edge = make_edge(gateway)
    with client(edge) as ask:
        assert ask.post(CHAT, json=BODY).json() == gateway.http.post(CHAT, json=BODY).json()
        missing = ask.post(CHAT, json={**BODY, "model": "no/such"}, headers=bearer(gateway))
        assert missing.status_code == 404 and missing.json()["error"]["code"] == "model_not_found"


# What is believed


def test_edge_and_node_agree_on_the_callers_address_whatever_it_claims(make_gateway, make_edge):
    gateway = make_gateway({})
    edge = make_edge(gateway)
    own = gateway.make_token(ip_allow=["127.0.0.1/32"])["token"]
    other = gateway.make_token(ip_allow=["198.51.100.7/32"])["token"]
    claims = {"x-forwarded-for": "198.51.100.7", "x-real-ip": "198.51.100.7", "forwarded": "for=198.51.100.7"}
    with client(edge) as ask:
        for headers in ({}, claims):
            assert ask.post(CHAT, json=BODY, headers={**bearer(gateway, own), **headers}).status_code == 200
            assert ask.post(CHAT, json=BODY, headers={**bearer(gateway, other), **headers}).status_code == 403
    assert {line["client"] for line in edge.access_log} == {"127.0.0.1"}


def test_a_trusted_proxy_before_the_edge_is_believed_up_to_the_first_address_it_did_not_see(make_gateway, make_edge):
    gateway = make_gateway({})
    trusted = "set_real_ip_from 127.0.0.1; real_ip_header X-Forwarded-For; real_ip_recursive on;\n"
    edge = make_edge(gateway, changes=[("switchyard/trusted-proxies.conf", "# Proxies or load", trusted + "# Proxies or load")])
    token = gateway.make_token(ip_allow=["198.51.100.7/32"])["token"]
    with client(edge, headers=bearer(gateway, token)) as ask:
        assert ask.post(CHAT, json=BODY, headers={"x-forwarded-for": "198.51.100.7"}).status_code == 200
        assert ask.post(CHAT, json=BODY, headers={"x-forwarded-for": "198.51.100.7, 203.0.113.9"}).status_code == 403
        assert ask.post(CHAT, json=BODY, headers={"x-forwarded-for": "10.0.0.1, 198.51.100.7"}).status_code == 200
        assert ask.post(CHAT, json=BODY).status_code == 403
    assert edge.access_log[0]["client"] == "198.51.100.7"


def test_forwarded_fields_are_the_edges_own(make_fake, make_edge):
    node = make_fake(default=behaviours.body(b"{}"))
    edge = make_edge(node)
    claims = {"x-forwarded-for": "1.2.3.4", "x-forwarded-proto": "http", "x-forwarded-host": "evil.example"}
    with client(edge) as ask:
        ask.get("/v1/models", headers={**claims, "x-real-ip": "1.2.3.4", "forwarded": "for=1.2.3.4", "x-request-id": "mine"})
    seen = {name: node.last.header(name) for name in (*claims, "x-real-ip", "forwarded", "x-request-id", "host")}
    assert seen == {
        "x-forwarded-for": "127.0.0.1",
        "x-forwarded-proto": "https",
        "x-forwarded-host": f"localhost:{edge.port}",
        "x-real-ip": "127.0.0.1",
        "forwarded": None,
        "x-request-id": "mine",
        "host": f"localhost:{edge.port}",
    }


# What is told


def test_a_key_in_the_query_is_in_no_log_of_the_edge(make_gateway, make_edge):
    gateway = make_gateway({})
    key = gateway.make_token()["token"]
    edge = make_edge(gateway, changes=[("switchyard/proxy.conf", "proxy_connect_timeout 2s", "proxy_connect_timeout 1s")])
    with client(edge, params={"key": key}, headers={"referer": f"https://localhost/?key={key}"}) as ask:
        assert ask.post(CHAT, json=BODY).status_code == 200
        assert ask.post(CHAT, content=b"x" * 67_108_865).status_code == 413
        assert ask.post(CHAT, content=b"x" * 1_000_000).status_code == 400  # waits in a file
        gateway.kill9()
        assert ask.post(CHAT, json=BODY).status_code == 502
    lines = wait_until(lambda: len(edge.access_log) == 4 and edge.access_log, what="four lines")
    assert [line["status"] for line in lines] == [200, 413, 400, 502] and lines[0]["path"] == CHAT
    assert lines[0]["node"] == f"127.0.0.1:{gateway.port}" and lines[0]["node_status"] == "200"
    gateway.assert_no_secret_in(edge.logs(), "the edge's log")
    assert "key=" not in edge.logs()


def test_metrics_are_not_for_callers_and_the_server_does_not_tell_its_version(make_gateway, make_edge):
    gateway = make_gateway({})
    edge = make_edge(gateway)
    with client(edge, headers=bearer(gateway)) as ask:
        answer = ask.get("/metrics")
        assert_edge_error(answer, 404, "edge_not_found")
        assert answer.headers["server"] == "nginx"
        assert "strict-transport-security" not in ask.get("/health").headers


def test_strict_transport_security_is_one_line_away(make_gateway, make_edge):
    old = 'map "" $switchyard_hsts {\n    default "";'
    edge = make_edge(make_gateway({}), changes=[("switchyard/http.conf", old, old.replace('"";', '"max-age=31536000";'))])
    with client(edge) as ask:
        for path in ("/health", "/metrics"):
            assert ask.get(path).headers["strict-transport-security"] == "max-age=31536000"
