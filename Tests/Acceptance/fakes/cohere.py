"""Cohere's version 2: embed and rerank."""

from __future__ import annotations

import json

from .exchange import Exchange
from .openai_tasks import json_answer, rerank, vector


class Cohere:
    name = "cohere"
    kind = "cohere"
    prefix = "/v2"
    whole_type = "application/json"
    stream_type = "text/event-stream"

    def is_streamed(self, exchange: Exchange) -> bool:
        return False

    def error(self, status: int, message: str, code: str | None) -> bytes:
        return json.dumps({"id": "e", "message": message}).encode()

    def decide(self, exchange: Exchange):
        """For `Fake.decide`."""
        body = exchange.json
        if exchange.path == "/v2/embed":
            floats = [vector(text, body.get("output_dimension", 4)) for text in body["texts"]]
            return json_answer(
                {
                    "id": "c",
                    "texts": body["texts"],
                    "embeddings": {"float": floats},
                    "meta": {"api_version": {"version": "2"}, "billed_units": {"input_tokens": 6}},
                    "response_type": "embeddings_by_type",
                }
            )
        assert exchange.path == "/v2/rerank"
        return rerank(exchange)
