"""HTTP by hand: requests no client library would send, and what comes back."""

from __future__ import annotations

import dataclasses
import http.client
import json
import socket
import struct


@dataclasses.dataclass
class Reply:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def error(self) -> dict:
        return json.loads(self.body)["error"]


class Raw:
    """One connection to the gateway."""

    def __init__(self, port: int, timeout: float = 60, receive_buffer: int | None = None):
        self.socket = socket.socket()
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.settimeout(timeout)
        self.socket.connect(("127.0.0.1", port))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, data: bytes) -> Raw:
        try:
            self.socket.sendall(data)
        except (BrokenPipeError, ConnectionResetError):
            pass  # refused before everything was sent: the reply may still be there
        return self

    def reply(self, method: str = "POST") -> Reply | None:
        """The next reply; None if the connection was closed instead."""
        try:
            response = http.client.HTTPResponse(self.socket, method=method)
            response.begin()
            body = response.read()
        except (http.client.HTTPException, ConnectionError):
            return None
        headers = {name.lower(): value for name, value in response.getheaders()}
        return Reply(response.status, headers, body)

    def is_closed(self, seconds: float = 60) -> bool:
        self.socket.settimeout(seconds)
        try:
            while self.socket.recv(65536):
                pass
            return True
        except ConnectionError:
            return True
        except TimeoutError:
            return False

    def reset(self):
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()


def request(body: bytes = b"", path: str = "/v1/chat/completions", token: str = "", headers: bytes = b"", method="POST"):
    lines = [f"{method} {path} HTTP/1.1".encode(), b"host: gateway", b"content-type: application/json"]
    if token:
        lines.append(b"authorization: Bearer " + token.encode())
    if b"content-length" not in headers.lower() and b"transfer-encoding" not in headers.lower():
        lines.append(b"content-length: %d" % len(body))
    return b"\r\n".join(lines) + b"\r\n" + headers + b"\r\n" + body


def assert_shape(reply: Reply, statuses: set[int], code: str | None = None):
    """The OpenAI error body with all four keys, and a request id."""
    assert reply.status in statuses, f"{reply.status} {reply.body[:300]}"
    assert reply.headers["content-type"].startswith("application/json")
    assert {"message", "type", "param", "code"} <= set(reply.error)
    assert reply.error["message"] and reply.error["type"] and reply.error["message"] != "None"
    assert reply.headers["x-request-id"]
    if code:
        assert reply.error["code"] == code
