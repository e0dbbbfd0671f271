"""Three nodes over one database and one Redis, and what a test asks all of them."""

from __future__ import annotations

import collections
import contextlib
import secrets
import statistics
import threading
import time

import httpx

from at_once import at_once
from configs import provider
from fakes import Answer
from gateway import MASTER_KEY, PATIENCE, Gateway, wait_until


def environment(redis_url: str | None, database_url: str, name: str) -> dict:
    shared = {"SWITCHYARD_DATABASE_URL": database_url, "SWITCHYARD_NODE_ID": name, "SWITCHYARD_MASTER_KEY": MASTER_KEY}
    return {**shared, "SWITCHYARD_REDIS_URL": redis_url} if redis_url else shared


class Nodes:
    """Gateways that share everything. `served` counts the answers that must have a row, by token."""

    def __init__(self, gateways: list[Gateway]):
        self.all = gateways
        self.served: collections.Counter = collections.Counter()
        self._lock = threading.Lock()

    def __getitem__(self, number: int) -> Gateway:
        return self.all[number % len(self.all)]

    def __iter__(self):
        return iter(self.all)

    # Asking

    def ask(self, number: int, token: dict, **fields) -> httpx.Response:
        """A request at one node; `token` is a row of `make_token`."""
        answer = self[number].chat("up/m", token=token["token"], max_tokens=5, **fields)
        if answer.status_code == 200:
            with self._lock:
                self.served[token["id"]] += 1
        return answer

    def burst(self, token: dict, count: int) -> collections.Counter:
        """Statuses of so many requests at once over all nodes."""
        turn = iter(range(count))
        return collections.Counter(at_once(count, lambda: self.ask(next(turn), token).status_code))

    def persistent_burst(self, token: dict, count: int) -> collections.Counter:
        """The same where each that gets 503 asks again, as SDKs do: a node whose Redis stalls for a moment (a slow disk under
        it is enough) answers so rather than wait, also while nothing is broken on purpose."""
        statuses = self.burst(token, count)
        end = time.monotonic() + PATIENCE
        while statuses[503] and time.monotonic() < end:
            time.sleep(0.3)
            again = statuses.pop(503)
            statuses += self.burst(token, again)
        return statuses

    @contextlib.contextmanager
    def load(self, token: dict, per_second: float = 20):
        """Asks each node in turn all the while; yields the list of statuses. When it is left, also by a failure, no request
        is on its way any more; one that got no answer at all fails it."""
        statuses: list[int] = []
        failures: list[Exception] = []
        done = threading.Event()

        def work():
            number = 0
            while not done.wait(1 / per_second):
                try:
                    statuses.append(self.ask(number, token).status_code)
                except httpx.HTTPError as failure:
                    failures.append(failure)
                    return
                number += 1

        thread = threading.Thread(target=work, daemon=True)
        thread.start()
        try:
            yield statuses
        finally:
            done.set()
            thread.join()  # ends: a request waits 30 s for the next byte at most
        if failures:
            raise failures[0]

    def seconds(self, token: dict, count: int = 30) -> list[float]:
        """How long each of so many requests took, one after the other; all are answered."""
        taken = []
        for number in range(count):
            began = time.monotonic()
            answer = self.ask(number, token)
            taken.append(time.monotonic() - began)
            assert answer.status_code == 200, answer.text
        return taken

    def adds_at_most(self, token: dict, before: list[float], extra: float):
        """Nine of ten requests take at most so much longer than they did: now, or when a busy machine had some more tries."""
        bound = statistics.median(before) + extra
        for _ in range(10):
            now = statistics.quantiles(self.seconds(token), n=10)[-1]
            if now <= bound:
                return
        raise AssertionError(f"nine of ten took up to {now * 1000:.0f} ms, before it was {(bound - extra) * 1000:.0f} ms")

    # What must hold

    def assert_up(self):
        """Readiness and liveness are those of the node, whatever is away."""
        for node in self:
            assert node.http.get("/health/live").status_code == 200
            assert node.ready_status() == 200

    def health(self) -> list[dict]:
        return [node.http.get("/health").json() for node in self]

    def wait_for(self, part: str, status: str, seconds: float):
        wait_until(lambda: all(state[part]["status"] == status for state in self.health()), seconds, f"{part} {status}")

    def wait_for_rows(self, token: dict, seconds: float = PATIENCE):
        """Every answer of this token has its one row, and no row is without an answer."""
        rows = lambda: self[0].listed("/requests", token=token["id"])
        wait_until(lambda: len(rows()) >= self.served[token["id"]], seconds, f"{self.served[token['id']]} rows")
        found = rows()
        assert len(found) == self.served[token["id"]]
        assert {row["state"] for row in found} == {"settled"}


def stranger() -> str:
    """A token that no node has been asked about: a refusal is remembered for a second."""
    return "sy-" + secrets.token_urlsafe(32)


def start_nodes(make_gateway, make_fake, redis_url, database_url, count: int = 3, server: dict | None = None, env=None) -> Nodes:
    """Their provider answers at once."""
    fake = make_fake()
    fake.always(Answer())
    config = {"providers": {"up": provider(fake)}, "server": server or {}}
    gateways = []
    for number in range(count):
        variables = {**environment(redis_url, database_url, f"node-{number}"), **(env(number) if env else {})}
        gateways.append(make_gateway(config, env=variables))
    return Nodes(gateways)
