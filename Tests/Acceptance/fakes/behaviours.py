"""What a provider may do with a request. Each is `async (exchange, connection, wire)`."""

from __future__ import annotations

import asyncio
import gzip as gzip_module
import threading

from .answer import Answer, Usage


def head(status: int, content_type: str, headers=(), length: int | None = None) -> bytes:
    lines = [f"HTTP/1.1 {status} Status", f"content-type: {content_type}"]
    lines += [f"{name}: {value}" for name, value in headers]
    lines.append("transfer-encoding: chunked" if length is None else f"content-length: {length}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def _pairs(headers):
    return tuple(headers.items()) if isinstance(headers, dict) else tuple(headers)


def answer(what: Answer, interval: float = 0, delay: float = 0, headers=(), content_type: str | None = None):
    """The proper answer, whole or streamed as the request asks."""

    async def behave(exchange, connection, wire):
        if delay:
            await connection.pause(delay)
        if not wire.is_streamed(exchange):
            body = wire.whole(what, exchange)
            await connection.send(head(200, content_type or wire.whole_type, _pairs(headers), len(body)) + body)
            return
        await connection.send(head(200, content_type or wire.stream_type, _pairs(headers)))
        for event in wire.events(what, exchange):
            await connection.send_chunk(event)
            exchange.pieces_sent += 1
            if interval:
                await connection.pause(interval)
        await connection.send(b"0\r\n\r\n")

    return behave


async def _wait(event: threading.Event, connection):
    while not event.is_set():
        await connection.pause(0.01)


def held(released: threading.Event, what: Answer | None = None, after: int = 0):
    """The proper answer, of which no more than `after` events come before it is `released`; a whole one waits as well."""

    async def behave(exchange, connection, wire):
        if not wire.is_streamed(exchange):
            await _wait(released, connection)
            return await answer(what or Answer())(exchange, connection, wire)
        await connection.send(head(200, wire.stream_type))
        for number, event in enumerate(wire.events(what or Answer(), exchange)):
            if number == after:
                await _wait(released, connection)
            await connection.send_chunk(event)
            exchange.pieces_sent += 1
        await connection.send(b"0\r\n\r\n")

    return behave


def body(raw: bytes, status: int = 200, content_type: str = "application/json", headers=()):
    """Exactly these bytes with a length."""

    async def behave(exchange, connection, wire):
        await connection.send(head(status, content_type, _pairs(headers), len(raw)) + raw)

    return behave


def chunks(parts, status: int = 200, content_type: str | None = None, headers=(), interval: float = 0, end: bool = True, before_last=None):
    """Exactly these chunks; without `end` the chunked encoding breaks off. The last waits for the event `before_last`."""

    async def behave(exchange, connection, wire):
        await connection.send(head(status, content_type or wire.stream_type, _pairs(headers)))
        for number, part in enumerate(parts, 1):
            if before_last and number == len(parts):
                await _wait(before_last, connection)
            await connection.send_chunk(part)
            exchange.pieces_sent += 1
            if interval:
                await connection.pause(interval)
        if end:
            await connection.send(b"0\r\n\r\n")
        else:
            connection.transport.close()

    return behave


def error(status: int, message: str = "Something is wrong.", code: str | None = None, headers=()):
    """An error in the words of the wire."""

    async def behave(exchange, connection, wire):
        raw = wire.error(status, message, code)
        await connection.send(head(status, "application/json", _pairs(headers), len(raw)) + raw)

    return behave


def silent():
    """Takes the request and never says a word."""

    async def behave(exchange, connection, wire):
        await connection.until_gone()

    return behave


def reset():
    """RST before any header."""

    async def behave(exchange, connection, wire):
        connection.reset()

    return behave


def reset_mid_body():
    """RST inside a whole body."""

    async def behave(exchange, connection, wire):
        raw = wire.whole(Answer(), exchange)
        await connection.send(head(200, wire.whole_type, (), len(raw)) + raw[: len(raw) // 2])
        await asyncio.sleep(0.05)
        connection.reset()

    return behave


def cut(after: int, how: str, what: Answer | None = None, interval: float = 0):
    """A stream that ends after `after` events: `clean` (a proper last chunk), `broken` (no last chunk, FIN), `reset`,
    `silent` (nothing more comes)."""

    async def behave(exchange, connection, wire):
        await connection.send(head(200, wire.stream_type))
        for event in wire.events(what or Answer(text="one two three four five six seven"), exchange)[:after]:
            await connection.send_chunk(event)
            exchange.pieces_sent += 1
            if interval:
                await connection.pause(interval)
        if how == "clean":
            await connection.send(b"0\r\n\r\n")
        elif how == "broken":
            await connection.send(b"1f4\r\ndata: {")
            connection.transport.close()
        elif how == "reset":
            await asyncio.sleep(0.05)
            connection.reset()
        else:
            await connection.until_gone()

    return behave


def garbage():
    """Bytes that are no HTTP."""

    async def behave(exchange, connection, wire):
        await connection.send(bytes(range(256)) * 4)
        connection.transport.close()

    return behave


def html(status: int = 502):
    page = b"<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>"
    return body(page, status, "text/html")


def gzip(what: Answer):
    """A whole answer compressed though nobody asked."""

    async def behave(exchange, connection, wire):
        raw = gzip_module.compress(wire.whole(what, exchange))
        headers = (("content-encoding", "gzip"),)
        await connection.send(head(200, wire.whole_type, headers, len(raw)) + raw)

    return behave


def huge(size: int = 100 * 1024 * 1024):
    """`size` bytes of text: one whole answer, or a stream of 16 KB events."""

    async def behave(exchange, connection, wire):
        if wire.is_streamed(exchange):
            events = wire.events(Answer(text="", pieces=("x" * 16384,), usage=None), exchange)
            widest = max(range(len(events)), key=lambda index: len(events[index]))
            await connection.send(head(200, wire.stream_type))
            for event in events[:widest] + [events[widest]] * (size // 16384) + events[widest + 1 :]:
                await connection.send_chunk(event)
            await connection.send(b"0\r\n\r\n")
            return
        before, after = wire.whole(Answer(text="FILL"), exchange).split(b"FILL")
        await connection.send(head(200, wire.whole_type, (), len(before) + size + len(after)) + before)
        block = b"x" * 65536
        for _ in range(size // len(block)):
            await connection.send(block)
        await connection.send(after)

    return behave


def endless(piece: str = "tick ", interval: float = 0.02):
    """A stream without an end."""

    async def behave(exchange, connection, wire):
        events = wire.events(Answer(text=piece, pieces=(piece,), usage=Usage()), exchange)
        text = next(event for event in events if piece.strip().encode() in event)
        await connection.send(head(200, wire.stream_type))
        for event in events[: events.index(text)]:
            await connection.send_chunk(event)
        while True:
            await connection.send_chunk(text)
            exchange.pieces_sent += 1
            await connection.pause(interval)

    return behave
