"""Requests whose end or kind is in doubt: refused as nginx refuses them, and the connection closed."""

import pytest

from raw import Raw, assert_shape


@pytest.fixture(scope="module")
def gateway(module_gateway):
    return module_gateway({})


@pytest.fixture(autouse=True)
def the_next_request_is_fine(gateway):
    yield
    assert gateway.chat("demo/echo").status_code == 200


def head(*lines: bytes) -> bytes:
    return b"\r\n".join(lines) + b"\r\n\r\n"


POST = b"POST /v1/chat/completions HTTP/1.1"
HOST = b"host: gateway"
CHUNKED = b"transfer-encoding: chunked"
# nginx's verdicts are the reference.
FRAMING = {
    "two different lengths": (head(POST, HOST, b"content-length: 3", b"content-length: 4") + b"abcd", {400}),
    "two equal lengths": (head(POST, HOST, b"content-length: 3", b"content-length: 3") + b"abc", {400}),
    "a list of lengths": (head(POST, HOST, b"content-length: 3, 4") + b"abcd", {400}),
    "length with a plus": (head(POST, HOST, b"content-length: +4") + b"abcd", {400}),
    "length below zero": (head(POST, HOST, b"content-length: -1"), {400}),
    "length beyond 64 bits": (head(POST, HOST, b"content-length: 99999999999999999999999"), {400, 413}),
    "length and chunked": (head(POST, HOST, b"content-length: 3", CHUNKED) + b"0\r\n\r\n", {400}),
    "unknown transfer encoding": (head(POST, HOST, b"transfer-encoding: gzip") + b"x", {400, 501}),
    "chunk size no hex": (head(POST, HOST, CHUNKED) + b"xyz\r\nabc\r\n0\r\n\r\n", {400}),
    "chunk size huge": (head(POST, HOST, CHUNKED) + b"ffffffffffffffffff\r\n", {400, 413}),
    "no host": (head(b"GET /v1/models HTTP/1.1"), {400}),
    "two hosts": (head(b"GET /v1/models HTTP/1.1", HOST, b"host: other"), {400}),
    "NUL in a header": (head(b"GET /v1/models HTTP/1.1", HOST, b"x: a\x00b"), {400}),
    "space before the colon": (head(b"GET /v1/models HTTP/1.1", HOST, b"x : a"), {400}),
    "no HTTP": (b"hello there\r\n\r\n", {400}),
    "TLS at a plain port": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 100 + b"\r\n\r\n", {400}),
    "HTTP/3.0": (head(b"GET /v1/models HTTP/3.0", HOST), {400, 505}),
    "a header of 100 KB": (head(b"GET /v1/models HTTP/1.1", HOST, b"x: " + b"a" * 100_000), {431}),
    "a target of 100 KB": (head(b"GET /" + b"a" * 100_000 + b" HTTP/1.1", HOST), {414, 431}),
    "10 000 headers": (head(b"GET /v1/models HTTP/1.1", HOST, *[b"x-%d: 1" % i for i in range(10_000)]), {400, 431}),
}


@pytest.mark.parametrize("name", FRAMING)
def test_a_framing_error_is_told_and_the_connection_closed(gateway, name):
    data, statuses = FRAMING[name]
    with Raw(gateway.port) as raw:
        reply = raw.send(data).reply()
        if reply is not None:
            assert_shape(reply, statuses)
        assert raw.is_closed(), "what follows could be read as another request"
