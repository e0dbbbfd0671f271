"""One TCP connection to a fake: a small HTTP/1.1 reader and a writer that may write anything at all."""

from __future__ import annotations

import asyncio
import itertools
import socket
import struct
import time

from .exchange import Exchange

_numbers = itertools.count(1)


class ClientGone(Exception):
    """The peer closed the connection."""


class Connection(asyncio.Protocol):
    def __init__(self, serve):
        self.number = next(_numbers)
        self._serve = serve
        self._buffer = bytearray()
        self._changed = asyncio.Event()
        self._writable = asyncio.Event()
        self._writable.set()
        self._is_gone = False
        self.exchange: Exchange | None = None

    def connection_made(self, transport):
        self.transport = transport
        # Little is buffered here, so `bytes_sent` tells what the peer really took.
        transport.set_write_buffer_limits(high=16384, low=0)
        sock = transport.get_extra_info("socket")
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._task = asyncio.get_running_loop().create_task(self._run())

    async def _run(self):
        try:
            await self._serve(self)
        except ClientGone:
            pass
        finally:
            self.transport.close()

    def data_received(self, data):
        self._buffer += data
        self._changed.set()

    def eof_received(self):
        self._leave()
        return False

    def connection_lost(self, error):
        self._leave()

    def _leave(self):
        if self._is_gone:
            return
        self._is_gone = True
        if self.exchange and self.exchange.finished is None:
            self.exchange.client_left = time.monotonic()
        self._changed.set()
        self._writable.set()

    def pause_writing(self):
        self._writable.clear()

    def resume_writing(self):
        self._writable.set()

    async def _more(self):
        if self._is_gone:
            raise ClientGone
        self._changed.clear()
        await self._changed.wait()

    async def _take(self, count: int) -> bytes:
        while len(self._buffer) < count:
            await self._more()
        taken = bytes(self._buffer[:count])
        del self._buffer[:count]
        return taken

    async def _take_line(self) -> bytes:
        while (end := self._buffer.find(b"\r\n")) < 0:
            await self._more()
        return (await self._take(end + 2))[:-2]

    async def read_request(self) -> Exchange:
        method, target, _ = (await self._take_line()).decode("latin-1").split(" ")
        headers: list[tuple[str, str]] = []
        while line := await self._take_line():
            name, value = line.decode("latin-1").split(":", 1)
            headers.append((name, value.strip()))
        named = {name.lower(): value for name, value in headers}
        if "100-continue" in named.get("expect", "").lower():
            self.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        body = b""
        if "chunked" in named.get("transfer-encoding", "").lower():
            while size := int((await self._take_line()).split(b";")[0], 16):
                body += await self._take(size)
                await self._take_line()
            await self._take_line()
        else:
            body = await self._take(int(named.get("content-length", 0)))
        self.exchange = Exchange(self.number, method, target, headers, body)
        return self.exchange

    async def send(self, data: bytes):
        if self._is_gone:
            raise ClientGone
        self.transport.write(data)
        await self._writable.wait()
        if self._is_gone:
            raise ClientGone
        if self.exchange:
            self.exchange.bytes_sent += len(data)

    async def send_chunk(self, data: bytes):
        await self.send(b"%x\r\n%s\r\n" % (len(data), data))

    async def until_gone(self):
        while not self._is_gone:
            self._changed.clear()
            await self._changed.wait()

    async def pause(self, seconds: float):
        """Sleeps, unless the peer leaves meanwhile."""
        try:
            await asyncio.wait_for(self.until_gone(), seconds)
        except asyncio.TimeoutError:
            return
        raise ClientGone

    def reset(self):
        """Ends the connection with RST instead of FIN."""
        sock = self.transport.get_extra_info("socket")
        try:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        except OSError:
            return  # the peer was faster
        self.transport.abort()
