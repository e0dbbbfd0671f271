"""A client that leaves takes its upstream with it; one that is slow slows it down."""

import secrets
import time

import pytest

from clock import by_the_clock, soon
from configs import provider, rotation
from fakes import Answer, behaviours
from gateway import wait_until
from raw import Raw, request

ASK = b'{"model":"%s","messages":[{"role":"user","content":"hi"}]%s}'


def ask(gateway, model=b"up/m", stream=True, id=b"gone"):
    body = ASK % (model, b',"stream":true' if stream else b"")
    headers = b"x-request-id: " + id + b"\r\n"
    return request(body, token=gateway.admin_token, headers=headers)


@pytest.fixture(scope="module")
def fake(module_fake):
    return module_fake()


@pytest.fixture(scope="module")
def gateway(module_gateway, fake, module_fake):
    other = module_fake()
    gateway = module_gateway(
        {
            "providers": {"up": provider(fake), "other": provider(other)},
            "rotations": {"r": rotation(("up", "m"), ("other", "m"))},
        }
    )
    gateway.other = other
    return gateway


def left_within_a_second(exchange, closed_at):
    wait_until(lambda: exchange.client_left is not None, what="the upstream to be left")
    soon(closed_at + time.monotonic() - exchange.client_left, 1)


@pytest.mark.parametrize("how", ["close", "reset"])
@pytest.mark.parametrize("stream", [True, False], ids=["streamed", "whole"])
@by_the_clock
def test_leaving_while_the_upstream_is_silent_cancels_it(gateway, fake, stream, how):
    fake.always(behaviours.silent())
    id = "silent-" + secrets.token_hex(4)
    before = len(fake.exchanges)
    raw = Raw(gateway.port).send(ask(gateway, stream=stream, id=id.encode()))
    exchange = fake.wait_for_requests(before + 1)[-1]
    time.sleep(0.1)
    closed_at = time.monotonic()
    raw.reset() if how == "reset" else raw.socket.close()
    left_within_a_second(exchange, closed_at)
    row = gateway.row(id)
    assert (row["status"], row["estimated"]) == (499, True)
    gateway.wait_for_no_holds()


@pytest.mark.parametrize("interval", [0.02, 0.4])
@by_the_clock
def test_leaving_in_the_middle_of_a_stream_cancels_it(gateway, fake, interval):
    fake.always(behaviours.endless("some words ", interval))
    id = "middle-" + secrets.token_hex(4)
    before = len(fake.exchanges)
    raw = Raw(gateway.port).send(ask(gateway, id=id.encode()))
    exchange = fake.wait_for_requests(before + 1)[-1]
    wait_until(lambda: exchange.pieces_sent >= 3)
    assert raw.socket.recv(100)
    closed_at = time.monotonic()
    raw.socket.close()
    left_within_a_second(exchange, closed_at)
    row = gateway.row(id)
    assert (row["status"], row["estimated"]) == (499, True)
    assert 1 <= row["completion_tokens"] <= 20 * exchange.pieces_sent


@by_the_clock
def test_leaving_starts_no_other_attempt(gateway, fake):
    fake.always(behaviours.silent())
    before, others = len(fake.exchanges), len(gateway.other.exchanges)
    id = "no-other-" + secrets.token_hex(4)
    raw = Raw(gateway.port).send(ask(gateway, b"rotation/r", id=id.encode()))
    exchange = fake.wait_for_requests(before + 1)[-1]
    closed_at = time.monotonic()
    raw.socket.close()
    left_within_a_second(exchange, closed_at)
    row = gateway.row(id)
    assert len(row["attempts"]) == 1 and len(gateway.other.exchanges) == others


def test_a_client_that_left_cools_nothing(gateway, fake):
    fake.always(behaviours.silent())
    for index in range(5):
        before = len(fake.exchanges)
        raw = Raw(gateway.port).send(ask(gateway, id=b"many-%d" % index))
        fake.wait_for_requests(before + 1)
        raw.socket.close()
    gateway.wait_for_no_holds()
    fake.always(Answer())
    assert gateway.chat("up/m").status_code == 200


@by_the_clock
def test_many_clients_leaving_at_once_leave_no_upstream_open(gateway, fake):
    fake.always(behaviours.endless())
    before = len(fake.exchanges)
    clients = [Raw(gateway.port).send(ask(gateway, id=b"crowd-%d" % index)) for index in range(100)]
    exchanges = fake.wait_for_requests(before + 100)[before:]
    closed_at = time.monotonic()
    for raw in clients:
        raw.socket.close()
    wait_until(lambda: all(exchange.client_left for exchange in exchanges), what="every upstream")
    last = max(exchange.client_left for exchange in exchanges)
    soon(closed_at + time.monotonic() - last, 1.5)
    gateway.wait_for_no_holds()


def memory_mb(gateway) -> float:
    with open(f"/proc/{gateway.process.pid}/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS")) / 1024


def test_a_slow_client_stops_the_read_from_its_upstream(make_gateway, make_fake):
    size = 100 * 1024 * 1024
    fake = make_fake(default=behaviours.huge(size))
    gateway = make_gateway({"providers": {"up": provider(fake)}})
    with Raw(gateway.port, receive_buffer=8192) as raw:
        raw.send(ask(gateway))
        exchange = fake.wait_for_requests(1)[0]
        taken = -1
        while taken != exchange.bytes_sent:  # the upstream rests while the client does not read
            taken = exchange.bytes_sent
            time.sleep(1)
        # Socket buffers of two connections (up to 6 MB each on loopback) and what the gateway keeps.
        assert taken < 16 * 1024 * 1024
        got = 0
        raw.socket.settimeout(60)
        while got < size and (data := raw.socket.recv(1 << 20)):
            got += len(data)
        assert got >= size, "and goes on when it reads again"
    gateway.wait_for_no_holds()


def test_memory_of_slow_clients_is_bounded(make_gateway, make_fake):
    fake = make_fake(default=behaviours.huge())
    gateway = make_gateway({"providers": {"up": provider(fake)}})
    before = memory_mb(gateway)
    clients = [Raw(gateway.port, receive_buffer=8192) for _ in range(30)]
    for index, raw in enumerate(clients):
        raw.send(ask(gateway, id=b"slow-%d" % index))
    fake.wait_for_requests(30)
    time.sleep(2)
    assert memory_mb(gateway) - before < 60, "2 MB for each stream at most"
    for raw in clients:
        raw.socket.close()
    gateway.wait_for_no_holds()
