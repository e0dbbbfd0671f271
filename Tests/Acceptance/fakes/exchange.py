"""One request a fake received, and what became of it."""

from __future__ import annotations

import dataclasses
import json
import time


@dataclasses.dataclass
class Exchange:
    connection: int  # number of the TCP connection: equal numbers show reuse
    method: str
    target: str
    headers: list[tuple[str, str]]
    body: bytes
    began: float = dataclasses.field(default_factory=time.monotonic)
    client_left: float | None = None  # time.monotonic() when the peer closed before the answer was complete
    finished: float | None = None
    bytes_sent: int = 0  # given to the kernel
    pieces_sent: int = 0  # stream events with content

    def header(self, name: str) -> str | None:
        values = [value for key, value in self.headers if key.lower() == name.lower()]
        return values[-1] if values else None

    @property
    def path(self) -> str:
        return self.target.split("?", 1)[0]

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def is_over(self) -> bool:
        return self.finished is not None or self.client_left is not None
