"""Callers: `python load.py` reads its orders from standard input as JSON and, when they are done, prints what they saw.

Orders: `port`, `certificate`, `seconds`, `seed`, `callers` [{name, token}], `models`, `whole` (requests a second), `streams`
(open at a time), `tokens` [least, most], `interval` (between streamed tokens), `kinds` {kind: weight}, `leave` (share of streams
whose caller leaves).
"""

from __future__ import annotations

import asyncio
import json
import random
import ssl
import sys
import time


class Caller:
    """A connection that is kept, and made anew when it was lost."""

    def __init__(self, port: int, context: ssl.SSLContext):
        self.port, self.context = port, context
        self.reader: asyncio.StreamReader | None = None
        self.writer: asyncio.StreamWriter | None = None

    def drop(self):
        if self.writer:
            self.writer.transport.abort()
        self.reader = self.writer = None

    async def ask(self, token: str, request: str, body: dict, leave_after: int = 0) -> dict:
        """Status 0 means that no status came; `complete` that the answer ended as its framing and its format say."""
        seen = {"request": request, "stream": body["stream"], "status": 0, "complete": False, "tokens": 0, "error": ""}
        try:
            await self._ask(token, request, body, leave_after, seen)
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError, IndexError) as error:
            seen["error"] = repr(error)
            self.drop()
        return seen

    async def _ask(self, token: str, request: str, body: dict, leave_after: int, seen: dict):
        if self.writer is None or self.reader.at_eof():
            self.drop()
            self.reader, self.writer = await asyncio.open_connection(
                "127.0.0.1", self.port, ssl=self.context, server_hostname="localhost", limit=1 << 20
            )
        raw = json.dumps(body).encode()
        self.writer.write(
            b"POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            + f"Authorization: Bearer {token}\r\nX-Request-Id: {request}\r\nContent-Length: {len(raw)}\r\n\r\n".encode()
            + raw
        )
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        seen["status"] = int(head.split(" ", 2)[1])
        answer = b""
        if "transfer-encoding: chunked" in head:
            while size := int(await self.reader.readline(), 16):
                piece = (await self.reader.readexactly(size + 2))[:-2]
                answer = answer[-20:] + piece
                seen["tokens"] += piece.count(b'"tok "')
                if leave_after and seen["tokens"] >= leave_after:
                    seen["error"] = "left"
                    return self.drop()
            await self.reader.readline()
            seen["complete"] = answer.endswith(b"data: [DONE]\n\n")
        else:
            length = int(head.split("content-length: ", 1)[1].split("\r\n", 1)[0])
            answer = await self.reader.readexactly(length)
            seen["tokens"] = answer.count(b"tok ")
            seen["complete"] = True
            if seen["status"] != 200:
                seen["error"] = answer.decode("utf-8", "replace")[:300]
        if "connection: close" in head:
            self.drop()


class Load:
    def __init__(self, orders: dict):
        self.orders = orders
        self.random = random.Random(orders["seed"])
        self.context = ssl.create_default_context(cafile=orders["certificate"])
        self.idle: list[Caller] = []
        self.seen: list[dict] = []
        self.count = 0
        self.ends = time.monotonic() + orders["seconds"]

    def request(self, is_stream: bool) -> tuple[str, dict, dict, int]:
        orders, chance = self.orders, self.random
        self.count += 1
        name = f"{orders.get('prefix', 'c')}-{self.count}"
        caller = chance.choice(orders["callers"])
        kind = chance.choices(list(orders["kinds"]), list(orders["kinds"].values()))[0]
        tokens = chance.randint(*orders["tokens"])
        interval = orders["interval"]
        prompt = f"chaos {name} {caller['name']} {kind} {tokens} {interval if is_stream else interval / 10}"
        message = {"role": "user", "content": prompt}
        body = {"model": chance.choice(orders["models"]), "messages": [message], "stream": is_stream, "max_tokens": tokens + 8}
        leaves = is_stream and kind == "well" and chance.random() < orders.get("leave", 0)
        return name, caller, body, tokens // 2 if leaves else 0

    async def one(self, is_stream: bool):
        name, caller, body, leave_after = self.request(is_stream)
        connection = self.idle.pop() if self.idle else Caller(self.orders["port"], self.context)
        seen = await connection.ask(caller["token"], name, body, leave_after)
        self.seen.append({**seen, "caller": caller["name"]})
        self.idle.append(connection)

    async def streams(self):
        while time.monotonic() < self.ends:
            before = time.monotonic()
            await self.one(True)
            if time.monotonic() - before < 0.05:  # refused: no need to ask a thousand times a second
                await asyncio.sleep(0.05)

    async def wholes(self):
        """Requests leave at their own pace, however slow answers are, up to 500 at a time."""
        step, asked = 1 / self.orders["whole"], set()
        due = time.monotonic()
        while time.monotonic() < self.ends:
            due += step
            await asyncio.sleep(max(0, due - time.monotonic()))
            if len(asked) < 500:
                task = asyncio.ensure_future(self.one(False))
                asked.add(task)
                task.add_done_callback(asked.discard)
        await asyncio.gather(*asked)

    async def run(self) -> list[dict]:
        jobs = [self.streams() for _ in range(self.orders["streams"])]
        if self.orders["whole"]:
            jobs.append(self.wholes())
        await asyncio.gather(*jobs)
        for connection in self.idle:
            connection.drop()
        return self.seen


if __name__ == "__main__":
    json.dump(asyncio.run(Load(json.loads(sys.stdin.readline())).run()), sys.stdout)
