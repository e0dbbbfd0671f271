"""Hostile and broken requests: a clear error in the OpenAI shape, or a closed connection; the node goes on."""

import time

import pytest

from clock import by_the_clock, soon
from configs import provider
from raw import Raw, assert_shape, request

GOOD = b'{"model":"demo/echo","messages":[{"role":"user","content":"hi"}]}'
MESSAGES = b'"messages":[{"role":"user","content":"hi"}]'


@pytest.fixture(scope="module")
def gateway(module_gateway, module_fake):
    server = {"max_body_bytes": 1_000_000, "header_timeout": 1, "body_idle_timeout": 1}
    return module_gateway({"providers": {"up": provider(module_fake())}, "server": server})


@pytest.fixture(autouse=True)
def the_next_request_is_fine(gateway):
    yield
    assert gateway.post(GOOD).status_code == 200
    gateway.wait_for_no_holds()


NEST = 100_000
BODIES = {
    "nothing": b"",
    "blanks": b"   ",
    "no JSON": b"model=demo/echo",
    "truncated": GOOD[:-10],
    "an array": b"[%s]" % GOOD,
    "a string": b'"hello"',
    "null": b"null",
    "two values": GOOD + GOOD,
    "a trailing comma": GOOD[:-1] + b",}",
    "a comment": b"/* hi */" + GOOD,
    "nested too deep": b"[" * NEST + b"]" * NEST,
    "nested too deep in a field": b'{"model":"demo/echo","x":%s,%s}' % (b"[" * NEST + b"]" * NEST, MESSAGES),
    "objects nested too deep": b'{"a":' * NEST + b"1" + b"}" * NEST,
    "never closed": b"[" * NEST,
    "invalid UTF-8": b'{"model":"demo/echo","messages":[{"role":"user","content":"\xff\xfe"}]}',
    "overlong UTF-8": b'{"model":"demo/echo","messages":[{"role":"user","content":"\xc0\xaf"}]}',
    "UTF-8 cut at the end": b'{"model":"demo/echo","messages":[{"role":"user","content":"\xe2\x82"}]}',
    "a lone surrogate": b'{"model":"demo/echo","messages":[{"role":"user","content":"\\ud800"}]}',
    "a bare control character": b'{"model":"demo/echo","messages":[{"role":"user","content":"a\x00b"}]}',
    "the model twice": b'{"model":"demo/echo","model":"demo/lorem",%s}' % MESSAGES,
    "no model": b"{%s}" % MESSAGES,
    "no messages": b'{"model":"demo/echo"}',
    "model null": b'{"model":null,%s}' % MESSAGES,
    "model a number": b'{"model":5,%s}' % MESSAGES,
    "model empty": b'{"model":"",%s}' % MESSAGES,
    "messages a string": b'{"model":"demo/echo","messages":"hi"}',
    "messages an object": b'{"model":"demo/echo","messages":{}}',
    "stream a string": b'{"model":"demo/echo","stream":"yes",%s}' % MESSAGES,
    "max_tokens a string": b'{"model":"demo/echo","max_tokens":"ten",%s}' % MESSAGES,
    "max_tokens negative": b'{"model":"demo/echo","max_tokens":-5,%s}' % MESSAGES,
}
PARAMETERS = {"no model": "model", "model a number": "model", "no messages": "messages", "messages a string": "messages"}


@pytest.mark.parametrize("name", BODIES)
def test_a_bad_body_is_a_400_and_the_connection_stays(gateway, name):
    with Raw(gateway.port) as raw:
        reply = raw.send(request(BODIES[name], token=gateway.admin_token)).reply()
        assert_shape(reply, {400})
        if name in PARAMETERS:
            assert reply.error["param"] == PARAMETERS[name]
        again = raw.send(request(GOOD, token=gateway.admin_token)).reply()
        assert again is not None and again.status == 200


def test_an_unknown_model_is_a_404(gateway):
    with Raw(gateway.port) as raw:
        body = b'{"model":"no/such",%s}' % MESSAGES
        assert_shape(raw.send(request(body, token=gateway.admin_token)).reply(), {404}, "model_not_found")


TOKENS = {
    "none": b"",
    "unknown": b"authorization: Bearer sy-" + b"u" * 43 + b"\r\n",
    "empty": b"authorization: Bearer \r\n",
    "another scheme": b"authorization: Basic YTpi\r\n",
    "no scheme": b"authorization: sy-" + b"u" * 43 + b"\r\n",
    "bytes": b"authorization: Bearer \xff\xfe\xfd\r\n",
    "50 KB": b"authorization: Bearer " + b"x" * 50_000 + b"\r\n",
    "as x-api-key": b"x-api-key: sy-" + b"u" * 43 + b"\r\n",
}


@pytest.mark.parametrize("name", TOKENS)
def test_a_bad_token_is_a_401(gateway, name):
    with Raw(gateway.port) as raw:
        reply = raw.send(request(GOOD, headers=TOKENS[name])).reply()
        assert_shape(reply, {401} if name != "bytes" else {400, 401})


@pytest.mark.parametrize("header", ["authorization: Bearer {}", "x-api-key: {}", "Authorization: bearer {}"])
def test_a_token_is_read_where_sdks_send_it(gateway, header):
    with Raw(gateway.port) as raw:
        reply = raw.send(request(GOOD, headers=header.format(gateway.admin_token).encode() + b"\r\n")).reply()
        assert reply.status == 200


@pytest.mark.parametrize("method", ["BREW", "DELETE", "PUT", "GET"])
def test_a_wrong_method_is_told(gateway, method):
    with Raw(gateway.port) as raw:
        reply = raw.send(request(GOOD, token=gateway.admin_token, method=method)).reply()
        assert_shape(reply, {405, 501} if method == "BREW" else {405})


@pytest.mark.parametrize("path", ["/v1/nothing", "/", "/v3/chat/completions", "/v1/chat/completions/../../etc/passwd"])
def test_an_unknown_path_is_told(gateway, path):
    with Raw(gateway.port) as raw:
        reply = raw.send(request(GOOD, path=path, token=gateway.admin_token)).reply()
        # `/` may one day lead to the dashboard.
        assert_shape(reply, {404, 405}) if path != "/" else None


@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_over_the_limit_is_a_413(gateway, chunked):
    with Raw(gateway.port) as raw:
        if chunked:
            raw.send(request(token=gateway.admin_token, headers=b"transfer-encoding: chunked\r\n"))
            for _ in range(32):
                raw.send(b"10000\r\n" + b"x" * 65536 + b"\r\n")
        else:
            raw.send(request(token=gateway.admin_token, headers=b"content-length: 2000000\r\n") + b"x" * 2000)
        reply = raw.reply()
        if reply is not None:
            assert_shape(reply, {413}, "request_too_large")
        else:
            assert chunked, "a stated length is refused before the body comes"


def test_a_body_at_the_limit_passes(gateway):
    filler = b" " * (1_000_000 - len(GOOD))
    with Raw(gateway.port) as raw:
        assert raw.send(request(GOOD + filler, token=gateway.admin_token)).reply().status == 200


@pytest.mark.parametrize("part", ["head", "trickled head", "body"])
@by_the_clock
def test_a_slow_sender_is_shown_out(gateway, part):
    whole = request(GOOD, token=gateway.admin_token)
    began = time.monotonic()
    with Raw(gateway.port) as raw:
        if part == "head":
            raw.send(whole[:40])
        elif part == "body":
            raw.send(whole[:-20])
        else:
            for byte in range(20):  # 4 s in all: never idle for long, and still too slow
                raw.send(whole[byte : byte + 1])
                time.sleep(0.2)
        reply = raw.reply()
        if reply is not None:
            assert_shape(reply, {408})
        assert raw.is_closed()
    soon(began, 6)


def test_a_client_may_leave_at_every_byte(gateway):
    whole = request(b'{"model":"up/m",%s}' % MESSAGES, token=gateway.admin_token)
    for cut in [*range(0, len(whole), 7), len(whole)]:
        raw = Raw(gateway.port)
        raw.send(whole[:cut])
        raw.reset() if cut % 2 else raw.socket.close()


def test_pipelined_requests_are_answered_in_order(gateway):
    bodies = [GOOD.replace(b'"hi"', b'"number %d"' % index) for index in range(5)]
    with Raw(gateway.port) as raw:
        raw.send(b"".join(request(body, token=gateway.admin_token) for body in bodies))
        received = b""
        while b"number 4" not in received:
            piece = raw.socket.recv(65536)
            assert piece, received
            received += piece
    places = [received.index(b"number %d" % index) for index in range(5)]
    assert places == sorted(places)


def test_expect_continue_is_answered(gateway):
    whole = request(GOOD, token=gateway.admin_token, headers=b"expect: 100-continue\r\n")
    with Raw(gateway.port) as raw:
        raw.send(whole[: -len(GOOD)])
        assert raw.socket.recv(65536).startswith(b"HTTP/1.1 100 ")
        assert raw.send(GOOD).reply().status == 200


def test_a_chunked_request_in_single_bytes_is_understood(gateway):
    raw_body = b"".join(b"1;ext=1\r\n%c\r\n" % byte for byte in GOOD) + b"0\r\nx-trailer: 1\r\n\r\n"
    with Raw(gateway.port) as raw:
        headers = b"transfer-encoding: chunked\r\n"
        assert raw.send(request(raw_body, token=gateway.admin_token, headers=headers)).reply().status == 200


def test_a_request_id_that_could_split_a_log_is_replaced(gateway):
    for wanted in ("a b", "x" * 129, 'q"uote', "ünï"):
        with Raw(gateway.port) as raw:
            headers = b"x-request-id: " + wanted.encode() + b"\r\n"
            reply = raw.send(request(GOOD, token=gateway.admin_token, headers=headers)).reply()
            assert reply.status == 200 and reply.headers["x-request-id"] not in (wanted, "")


@pytest.mark.parametrize(
    "field",
    [b'"max_tokens":9223372036854775807', b'"max_completion_tokens":9223372036854775807', b'"n":9223372036854775807',
     b'"max_tokens":1e30', b'"n":128,"max_tokens":9223372036854775807', b'"seed":99999999999999999999'],
)
def test_absurd_numbers_do_not_stop_the_node(gateway, field):
    with Raw(gateway.port) as raw:
        reply = raw.send(request(b'{"model":"up/m",%s,%s}' % (field, MESSAGES), token=gateway.admin_token)).reply()
        assert reply is not None and reply.status in (200, 400)
    assert gateway.chat("up/m").status_code == 200


@pytest.mark.parametrize("hops, status", [("-9223372036854775808", 200), ("4", 200), ("5", 400), ("x", 200)])
def test_the_hop_counter_cannot_be_wound_back(gateway, hops, status):
    assert gateway.chat("up/m", headers={"x-switchyard-hops": hops}).status_code == status
