"""What a fake model says, in no wire's words."""

from __future__ import annotations

import dataclasses


@dataclasses.dataclass(frozen=True)
class ToolCall:
    id: str
    name: str
    arguments: str  # JSON text


@dataclasses.dataclass(frozen=True)
class Usage:
    """Counted as OpenAI counts: `prompt` includes `cached`, `completion` includes `reasoning`."""

    prompt: int = 11
    completion: int = 7
    cached: int = 0
    reasoning: int = 0


@dataclasses.dataclass(frozen=True)
class Answer:
    text: str = "Hello there, traveller."
    pieces: tuple[str, ...] | None = None  # how a stream cuts the text; words if not said
    thinking: str = ""
    signature: str = ""
    tools: tuple[ToolCall, ...] = ()
    usage: Usage | None = Usage()
    finish: str | None = None  # in OpenAI's words; worked out if not said
    model: str | None = None  # the requested one if not said
    extra: dict = dataclasses.field(default_factory=dict)  # unknown fields for the top level of bodies and chunks

    @property
    def finish_reason(self) -> str:
        return self.finish or ("tool_calls" if self.tools else "stop")

    @property
    def text_pieces(self) -> tuple[str, ...]:
        if self.pieces is not None:
            return self.pieces
        words = self.text.split(" ")
        spaced = [word + " " for word in words[:-1]] + [words[-1]]
        return tuple(piece for piece in spaced if piece)


def halves(text: str) -> tuple[str, str]:
    """Cuts JSON arguments where no parser could stop."""
    middle = len(text) // 2
    return text[:middle], text[middle:]
