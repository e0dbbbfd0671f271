"""A scriptable provider on a loopback port."""

from __future__ import annotations

import asyncio
import collections
import ssl
import threading
import time

from services.ports import free_port

from . import behaviours
from .answer import Answer
from .connection import ClientGone, Connection
from .exchange import Exchange


def _start_loop() -> asyncio.AbstractEventLoop:
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="fakes", daemon=True).start()
    return loop


class Fake:
    """`answers(...)` scripts the next requests one by one, `default` serves all others, `decide` may choose by request.

    All fakes share one thread; what tests read (`exchanges`) is only ever appended to.
    """

    _loop: asyncio.AbstractEventLoop | None = None

    def __init__(self, wire, default=None, tls: ssl.SSLContext | None = None, checks_keys: bool = True):
        if Fake._loop is None:
            Fake._loop = _start_loop()
        self.wire = wire
        self.tls = tls
        # A wire with keys of a kind of its own refuses what is not signed with them.
        self._refusal = getattr(wire, "refusal", None) if checks_keys else None
        self.default = default or behaviours.answer(Answer())
        self.decide = None
        self.exchanges: list[Exchange] = []
        self._script: collections.deque = collections.deque()
        self._connections: set[Connection] = set()
        self.port = 0
        self._server = None
        self.listen()

    def _run(self, coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, Fake._loop).result(60)

    def listen(self):
        """Opens the port; the same one again after `refuse`."""

        async def begin():
            return await asyncio.get_running_loop().create_server(
                lambda: Connection(self._serve), "127.0.0.1", self.port, backlog=4096, ssl=self.tls
            )

        self.port = self.port or free_port()
        self._server = self._run(begin())

    def refuse(self):
        """Closes the port and every connection: the next connect is refused."""

        async def end():
            self._server.close()
            for connection in list(self._connections):
                connection.reset()

        self._run(end())

    close = refuse

    @property
    def address(self) -> str:
        return f"{'https' if self.tls else 'http'}://127.0.0.1:{self.port}"

    @property
    def endpoint(self) -> str:
        """What the gateway's configuration calls `endpoint`."""
        return self.address + self.wire.prefix

    def answers(self, *script):
        """Each item serves one request: a behaviour, or an `Answer` to be given as asked."""
        self._script.extend(behaviours.answer(item) if isinstance(item, Answer) else item for item in script)
        return self

    def always(self, item):
        self.default = behaviours.answer(item) if isinstance(item, Answer) else item
        return self

    @property
    def last(self) -> Exchange:
        return self.exchanges[-1]

    def wait_for_requests(self, count: int, seconds: float = 60) -> list[Exchange]:
        limit = time.monotonic() + seconds
        while len(self.exchanges) < count:
            assert time.monotonic() < limit, f"the fake saw {len(self.exchanges)} requests, not {count}"
            time.sleep(0.005)
        return self.exchanges

    async def _serve(self, connection: Connection):
        self._connections.add(connection)
        try:
            while True:
                exchange = await connection.read_request()
                self.exchanges.append(exchange)
                if self._refusal and (refusal := self._refusal(exchange)):
                    await refusal(exchange, connection, self.wire)
                    exchange.finished = time.monotonic()
                    continue
                behaviour = self._script.popleft() if self._script else self.default
                if self.decide and (chosen := self.decide(exchange)):
                    behaviour = chosen
                await behaviour(exchange, connection, self.wire)
                exchange.finished = time.monotonic()
                if connection.transport.is_closing() or exchange.header("connection") == "close":
                    return
        except ClientGone:
            return
        finally:
            self._connections.discard(connection)
