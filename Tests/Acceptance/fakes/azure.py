"""Azure OpenAI: OpenAI's chat at a deployment's address, with a version and a key of its own, and notes of its filter."""

from __future__ import annotations

import json

from . import behaviours
from .answer import Answer
from .exchange import Exchange
from .openai_chat import OpenAIChat

_CLEAN = {"hate": {"filtered": False, "severity": "safe"}}
VERSION = "2024-10-21"


class Azure(OpenAIChat):
    name = "azure"
    kind = "azure"
    prefix = ""
    key = "azure-key-0123456789abcdef"
    settings = {"api_version": VERSION}

    def refusal(self, exchange: Exchange):
        if exchange.header("api-key") != self.key or exchange.header("authorization"):
            message = "Access denied due to invalid subscription key or wrong API endpoint."
            return behaviours.body(json.dumps({"error": {"code": "401", "message": message}}).encode(), 401)
        if not exchange.target.endswith(f"/chat/completions?api-version={VERSION}"):
            return behaviours.body(b'{"error":{"code":"404","message":"Resource not found"}}', 404)
        return None

    def events(self, answer: Answer, exchange: Exchange) -> list[bytes]:
        note = [{"prompt_index": 0, "content_filter_results": _CLEAN}]
        first = {"choices": [], "created": 0, "id": "", "model": "", "object": "", "prompt_filter_results": note}
        return [b"data: " + json.dumps(first).encode() + b"\n\n", *super().events(answer, exchange)]
