"""A provider that counts what it serves: `python provider.py` prints its port and runs until it is ended.

What a request wants is in its prompt, so that the count can be laid beside the ledger: `chaos REQUEST KIND TOKENS INTERVAL`.
The provider's name is the first part of the path, as in `/alpha/v1/chat/completions`. `GET /served` tells the counts.
"""

from __future__ import annotations

import asyncio
import dataclasses
import json
import signal
import time

from fakes.behaviours import head
from fakes.connection import ClientGone, Connection

# Fewer than any estimate of the prompt: so no answer has more tokens than were reserved for it.
PROMPT_TOKENS = 5


@dataclasses.dataclass
class Served:
    """One call of a provider."""

    request: str
    provider: str
    caller: str
    began: float
    ended: float | None = None
    tokens: int = 0  # given to the network
    told: bool = False  # whether the answer stated its usage and its end


served: list[Served] = []


def event(delta: dict | None, finish: str | None = None, **more) -> bytes:
    choices = [] if delta is None else [{"index": 0, "delta": delta, "finish_reason": finish}]
    chunk = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": choices, **more}
    return b"data: " + json.dumps(chunk).encode() + b"\n\n"


def usage(tokens: int) -> dict:
    return {"prompt_tokens": PROMPT_TOKENS, "completion_tokens": tokens, "total_tokens": PROMPT_TOKENS + tokens}


WORD = event({"content": "tok "})


async def stream(connection: Connection, call: Served, kind: str, tokens: int, interval: float):
    await connection.send(head(200, "text/event-stream"))
    await connection.send_chunk(event({"role": "assistant", "content": ""}))
    for number in range(tokens):
        if kind == "cut" and number == tokens // 2:
            return connection.reset()
        await connection.send_chunk(WORD)
        call.tokens += 1
        if interval:
            await connection.pause(interval)
    await connection.send_chunk(event({}, "stop"))
    if kind != "silent":
        await connection.send_chunk(event(None, usage=usage(tokens)))
        call.told = True
    await connection.send(b"e\r\ndata: [DONE]\n\n\r\n0\r\n\r\n")


async def whole(connection: Connection, call: Served, kind: str, tokens: int, interval: float):
    if interval:
        await connection.pause(min(tokens * interval, 0.5))
    message = {"role": "assistant", "content": "tok " * tokens}
    body = {"id": "c", "object": "chat.completion", "created": 1, "model": "m"}
    body["choices"] = [{"index": 0, "message": message, "finish_reason": "stop"}]
    if kind != "silent":
        body["usage"] = usage(tokens)
    raw = json.dumps(body).encode()
    await connection.send(head(200, "application/json", (), len(raw)) + raw)
    call.tokens = tokens
    call.told = kind != "silent"


async def answer(connection: Connection, exchange):
    asked = exchange.json
    _, request, caller, kind, tokens, interval = asked["messages"][0]["content"].split(" ")
    call = Served(request, exchange.path.split("/")[1], caller, time.time())
    served.append(call)
    try:
        # The first provider asked refuses; the next one has the request too.
        if kind == "refuse" and sum(1 for other in served[-200:] if other.request == request) == 1:
            raw = b'{"error":{"message":"busy","type":"server_error","param":null,"code":null}}'
            return await connection.send(head(500, "application/json", (), len(raw)) + raw)
        give = stream if asked.get("stream") else whole
        await give(connection, call, kind, int(tokens), float(interval))
    finally:
        call.ended = time.time()


async def serve(connection: Connection):
    try:
        while True:
            exchange = await connection.read_request()
            if exchange.path == "/served":
                raw = json.dumps([dataclasses.asdict(call) for call in served]).encode()
                await connection.send(head(200, "application/json", (), len(raw)) + raw)
            else:
                await answer(connection, exchange)
            if connection.transport.is_closing():
                return
    except ClientGone:
        return


async def main():
    loop = asyncio.get_running_loop()
    over = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, over.set)
    server = await loop.create_server(lambda: Connection(serve), "127.0.0.1", 0, backlog=4096)
    print(server.sockets[0].getsockname()[1], flush=True)
    await over.wait()


if __name__ == "__main__":
    asyncio.run(main())
