"""The way to a provider: certificates, proxies, deadlines, kept connections."""

import contextlib
import socket
import ssl
import subprocess
import time

import httpx
import pytest

from clock import by_the_clock, soon
from configs import provider, rotation, user
from fakes import Answer, behaviours


@pytest.fixture
def self_signed(tmp_path):
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"]
        + ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(certificate)],
        check=True,
        capture_output=True,
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context


def test_an_untrusted_certificate_is_refused_before_the_key_is_sent(make_gateway, make_fake, self_signed):
    fake = make_fake(tls=self_signed)
    answer = make_gateway({"providers": {"up": provider(fake)}}).chat("up/m")
    assert answer.status_code == 502 and answer.json()["error"]["code"]
    assert not fake.exchanges


def test_tls_spoken_to_a_plain_port_is_a_clear_error(make_gateway, make_fake):
    fake = make_fake()
    up = {**provider(fake), "endpoint": fake.endpoint.replace("http:", "https:")}
    answer = make_gateway({"providers": {"up": up}}).chat("up/m")
    # The fake waits for more of what it takes for a head, so it is the connecting that times out.
    assert answer.status_code in (502, 504) and answer.json()["error"]["message"]


@pytest.mark.parametrize("name", ["http_proxy", "all_proxy"])
def test_a_proxy_of_the_environment_is_used(make_gateway, make_fake, name):
    proxy = make_fake(default=behaviours.answer(Answer(text="through the proxy")))
    up = {**provider(proxy), "endpoint": "http://provider.test/v1"}
    gateway = make_gateway({"providers": {"up": up}}, env={name: proxy.address})
    answer = gateway.chat("up/m")
    assert answer.json()["choices"][0]["message"]["content"] == "through the proxy"
    assert proxy.last.target == "http://provider.test/v1/chat/completions"
    assert proxy.last.header("host") == "provider.test"


def test_no_proxy_names_what_is_reached_directly(make_gateway, make_fake):
    proxy, fake = make_fake(), make_fake(default=behaviours.answer(Answer(text="direct")))
    env = {"http_proxy": proxy.address, "no_proxy": "127.0.0.1,provider.test"}
    gateway = make_gateway({"providers": {"up": provider(fake)}}, env=env)
    assert gateway.chat("up/m").json()["choices"][0]["message"]["content"] == "direct"
    assert not proxy.exchanges


def test_a_name_without_an_address_fails_over(make_gateway, make_fake):
    fake = make_fake()
    config = {
        "providers": {"one": {**provider(fake), "endpoint": "http://nowhere.invalid/v1"}, "two": provider(fake)},
        "rotations": {"r": rotation(("one", "m"), ("two", "m"))},
    }
    gateway = make_gateway(config)
    assert gateway.chat("rotation/r").headers["x-switchyard-provider"] == "two"
    alone = gateway.chat("one/m")
    assert alone.status_code == 502 and "nowhere.invalid" not in alone.json()["error"]["message"]


@pytest.fixture
def black_hole():
    """A port whose accept queue is full: a connect to it is neither taken nor refused."""
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(socket.socket())
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for _ in range(4):
            filler = stack.enter_context(socket.socket())
            filler.setblocking(False)
            filler.connect_ex(listener.getsockname())
        time.sleep(0.1)
        yield listener.getsockname()[1]


@by_the_clock
def test_connecting_is_bounded(make_gateway, make_fake, black_hole):
    up = {**provider(make_fake(), connect_timeout=1), "endpoint": f"http://127.0.0.1:{black_hole}/v1"}
    gateway = make_gateway({"providers": {"up": up}})
    began = time.monotonic()
    answer = gateway.chat("up/m")
    soon(began, 4)
    assert answer.status_code in (502, 504)


def test_the_whole_call_is_bounded(make_gateway, make_fake):
    """`total_timeout` ends even a stream that never pauses."""
    fake = make_fake(default=behaviours.endless())
    gateway = make_gateway({"providers": {"up": provider(fake, total_timeout=2)}})
    began, text = time.monotonic(), b""
    with pytest.raises(httpx.RemoteProtocolError):
        with gateway.stream({"model": "up/m", "messages": [user("hi")]}) as answer:
            for piece in answer.iter_raw():
                text += piece
    assert 1 < time.monotonic() - began < 30
    assert b'data: {"error":' in text


def test_a_kept_connection_that_the_provider_closed_is_replaced(make_gateway, make_fake):
    fake = make_fake()
    gateway = make_gateway({"providers": {"up": provider(fake)}}, loops=1)
    for _ in range(10):
        answer = gateway.chat("up/m")
        assert answer.status_code == 200, gateway.stderr[-2:]
        fake.refuse()
        fake.listen()


def test_a_connection_is_not_used_again_after_a_cut_answer(make_gateway, make_fake):
    fake = make_fake()
    gateway = make_gateway({"providers": {"up": provider(fake)}}, loops=1)
    fake.answers(behaviours.endless())
    with gateway.stream({"model": "up/m", "messages": [user("hi")]}) as answer:
        next(answer.iter_raw())
    assert gateway.chat("up/m").json()["choices"][0]["message"]["content"] == Answer().text
    assert fake.exchanges[0].connection != fake.exchanges[1].connection


def test_secrets_of_the_caller_are_not_sent_to_the_provider(make_gateway, make_fake):
    fake = make_fake()
    gateway = make_gateway({"providers": {"up": provider(fake)}})
    token = gateway.make_token()["token"]
    sent = {"cookie": "session=secret", "x-api-key": token, "x-forwarded-for": "203.0.113.9", "openai-organization": "o"}
    assert gateway.chat("up/m", token=token, headers=sent).status_code == 200
    got = str(fake.last.headers)
    assert token not in got and "session=secret" not in got and "203.0.113.9" not in got
