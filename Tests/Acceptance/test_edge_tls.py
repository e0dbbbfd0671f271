"""The edge's TLS, and callers who take their time over it."""

import socket
import ssl
import time

import httpx
import pytest


@pytest.mark.parametrize("version", ["TLSv1_2", "TLSv1_3"])
def test_current_versions_of_tls_are_spoken(make_gateway, make_edge, version):
    edge = make_edge(make_gateway({}))
    context = edge.context()
    context.minimum_version = context.maximum_version = ssl.TLSVersion[version]
    assert httpx.get(edge.url + "/health/ready", verify=context, timeout=60, trust_env=False).status_code == 200


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_old_versions_of_tls_are_refused(make_gateway, make_edge):
    edge = make_edge(make_gateway({}))
    context = edge.context()
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version, context.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1
    with pytest.raises(httpx.ConnectError):
        httpx.get(edge.url + "/health/ready", verify=context, timeout=60, trust_env=False)


def test_a_head_that_drips_is_cut(make_gateway, make_edge):
    change = ("switchyard/http.conf", "client_header_timeout 10s", "client_header_timeout 1s")
    edge = make_edge(make_gateway({}), changes=[change])
    with edge.context().wrap_socket(socket.create_connection(("127.0.0.1", edge.port)), server_hostname="localhost") as raw:
        raw.settimeout(0.2)
        begun = time.monotonic()
        for byte in b"GET /v1/models HTTP/1.1\r\nX-Slow: " + b"x" * 300:
            try:
                raw.sendall(bytes([byte]))
                if raw.recv(1) == b"":
                    break
            except TimeoutError:
                continue
            except OSError:
                break
        assert time.monotonic() - begun < 30
