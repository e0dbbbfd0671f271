"""The node dies in the middle of its work and is started again on the same folder."""

import threading
import time

import httpx
import pytest

from configs import provider, user
from fakes import Answer, behaviours
from gateway import wait_until

pytestmark = pytest.mark.waits


def test_after_kill_9_every_admitted_request_has_exactly_one_row(make_gateway, make_fake):
    """A thousand mixed streamed requests; the node is killed in their middle and started again on the same folder."""
    fake = make_fake()
    kinds = [
        behaviours.answer(Answer(), interval=0.01),
        behaviours.answer(Answer(text="word " * 200), interval=0.02),
        behaviours.answer(Answer(usage=None)),
        behaviours.error(400),
        behaviours.cut(3, "broken"),
        behaviours.endless(),
    ]

    def number(exchange):
        return int(exchange.json["messages"][0]["content"].split("-")[1])

    fake.decide = lambda exchange: kinds[number(exchange) % len(kinds)]
    # Many models, each of one kind: cut streams may cool their own model and no other.
    gateway = make_gateway({"providers": {"up": provider(fake, *(f"m{index}" for index in range(120)))}})
    token = gateway.make_token(limits={"concurrent_requests": 1000})["token"]
    seen_by_clients: set[str] = set()
    killed = threading.Event()
    numbers = iter(range(1000))
    lock = threading.Lock()

    def work():
        with httpx.Client(base_url=gateway.url, timeout=60) as client:
            headers = {"authorization": f"Bearer {token}"}
            while not killed.is_set():
                with lock:
                    index = next(numbers, None)
                if index is None:
                    return
                body = {"messages": [user(f"kill-{index}")], "model": f"up/m{index % 120}", "stream": index % 4 != 0}
                try:
                    with client.stream(
                        "POST", "/v1/chat/completions", json=body, headers={**headers, "x-request-id": f"kill-{index}"}
                    ) as answer:
                        if answer.status_code == 200:
                            seen_by_clients.add(f"kill-{index}")
                        patience = time.monotonic() + 0.5
                        for _ in answer.iter_raw():
                            if index % 6 == 5 and time.monotonic() > patience:
                                break  # leaves an endless stream
                except httpx.TransportError:
                    pass

    threads = [threading.Thread(target=work, daemon=True) for _ in range(64)]
    for thread in threads:
        thread.start()
    # In the middle of the thousand; streams are open, some rows are written, some wait in the journal.
    wait_until(lambda: len(fake.exchanges) >= 600, what="600 requests")
    gateway.kill9()
    killed.set()
    for thread in threads:
        thread.join()
    gateway.start()
    called = {f"kill-{number(exchange)}" for exchange in fake.exchanges}

    def all_written():
        found = {row["request_id"] for row in gateway.listed("/requests")}
        return called <= found

    wait_until(all_written, what="a row of every request that reached the provider")
    ids = [row["request_id"] for row in gateway.listed("/requests") if row["request_id"].startswith("kill-")]
    assert len(ids) == len(set(ids)), "none twice"
    assert seen_by_clients <= called, "the fake saw what clients saw"
    rows = gateway.listed("/requests")
    assert {row["state"] for row in rows} <= {"settled", "abandoned"}
    assert any(row["state"] == "abandoned" for row in rows), "streams were open when the node died"
    gateway.wait_for_no_holds()
    assert gateway.chat("demo/echo", token=token).status_code == 200, "no slot is lost"
