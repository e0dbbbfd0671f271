"""A network that can fail: `Proxy(port)` stands before a server on loopback and delays, swallows or cuts what goes through."""

from __future__ import annotations

import asyncio
import contextlib
import threading

from .ports import free_port


class _Connection:
    """Two pumps. What is on its way while the network is a black hole arrives when it is not one any more, as with TCP."""

    def __init__(self, proxy: Proxy, reader, writer):
        self.proxy, self.near = proxy, (reader, writer)
        self.listens = False  # whether it has subscribed to a channel
        self.tasks: list[asyncio.Task] = []

    async def run(self):
        reader, writer = self.near
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.proxy.target)
        except OSError:
            writer.close()
            return
        pumps = [self._pump(reader, far_writer, True), self._pump(far_reader, writer, False)]
        self.tasks = [asyncio.create_task(pump) for pump in pumps]
        await asyncio.wait(self.tasks)
        for end in (writer, far_writer):
            with contextlib.suppress(OSError):
                end.close()

    async def _pump(self, reader, writer, is_request: bool):
        """Reads at once and writes when it is due, in order."""
        waiting: asyncio.Queue = asyncio.Queue()
        clock = asyncio.get_running_loop().time

        async def write():
            while (due := await waiting.get()) is not None:
                moment, data = due
                await asyncio.sleep(max(0, moment - clock()))
                await self.proxy.passable.wait()
                writer.write(data)
                await writer.drain()
            writer.close()

        writing = asyncio.create_task(write())
        try:
            while data := await reader.read(65536):
                if is_request and b"SUBSCRIBE" in data.upper():
                    self.listens = True
                    if self.proxy.is_deaf:
                        self.cut()
                waiting.put_nowait((clock() + (0 if is_request else self.proxy.delay), data))
        except OSError:
            pass
        finally:
            waiting.put_nowait(None)
            with contextlib.suppress(OSError):
                await writing

    def cut(self):
        self.near[1].transport.abort()
        for task in self.tasks:
            task.cancel()


class Proxy:
    """Use `slow`, `swallow`, `cut_off`, `deafen`, and `mend` after each."""

    def __init__(self, target: int):
        self.target, self.port = target, free_port()
        self.delay = 0.0
        self.is_closed = self.is_deaf = False
        self._connections: set[_Connection] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def start(self) -> Proxy:
        self._thread.start()
        self._call(self._open())
        return self

    async def _open(self):
        self.passable = asyncio.Event()
        self.passable.set()
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)

    async def _serve(self, reader, writer):
        if self.is_closed:
            writer.transport.abort()
            return
        connection = _Connection(self, reader, writer)
        self._connections.add(connection)
        try:
            await connection.run()
        finally:
            self._connections.discard(connection)

    def _call(self, work):
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(60)

    # What breaks

    def slow(self, seconds: float):
        """Each answer takes so much longer; requests arrive as ever."""
        self.delay = seconds

    def swallow(self):
        """Nothing arrives, and nobody is told."""
        self._call(self._set(self.passable.clear))

    def cut_off(self):
        """Connections end, and new ones too."""
        self.is_closed = True
        self._call(self._cut(lambda connection: True))

    def deafen(self):
        """Connections that listen to channels end, others go on."""
        self.is_deaf = True
        self._call(self._cut(lambda connection: connection.listens))

    def mend(self):
        self.delay, self.is_closed, self.is_deaf = 0.0, False, False
        self._call(self._set(self.passable.set))

    async def _set(self, change):
        change()

    async def _cut(self, which):
        for connection in [each for each in self._connections if which(each)]:
            connection.cut()

    def stop(self):
        async def end():
            self._server.close()
            for task in asyncio.all_tasks():
                if task is not asyncio.current_task():
                    task.cancel()

        self._call(end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
