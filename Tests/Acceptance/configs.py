"""Configurations as tests write them."""

from __future__ import annotations

from fakes import Fake

PRICE = {"prompt": 1, "completion": 2}  # USD per million tokens


def provider(fake: Fake, *models: str, key: str = "sk-upstream-secret-0123456789", **fields) -> dict:
    return {
        "type": fake.wire.kind,
        "endpoint": fake.endpoint,
        "api_key": key,
        "models": [{"name": name, "pricing": PRICE} for name in models or ("m",)],
        **fields,
    }


def rotation(*members: tuple, strategy: str = "priority", **settings) -> dict:
    """Members are (provider, model) or (provider, model, weight)."""
    return {
        "strategy": strategy,
        "providers": [
            {"provider_id": name, "models": [{"name": model, "weight": (weight or [1])[0]}]}
            for name, model, *weight in members
        ],
        **settings,
    }


def user(text: str) -> dict:
    return {"role": "user", "content": text}
