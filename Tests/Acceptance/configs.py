"""Configurations as tests write them."""

from __future__ import annotations

from fakes import Answer, Fake, behaviours

PRICE = {"prompt": 1, "completion": 2}  # USD per million tokens


KEY = "sk-upstream-secret-0123456789"


def provider(fake: Fake, *models: str, key: str | None = None, **fields) -> dict:
    return {
        "type": fake.wire.kind,
        "endpoint": fake.endpoint,
        "api_key": key or getattr(fake.wire, "key", KEY),
        "models": [{"name": name, "pricing": PRICE} for name in models or ("m",)],
        **getattr(fake.wire, "settings", {}),
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


def pair(make_gateway, make_fake, first_behaviour, **settings):
    """A gateway whose `rotation/r` asks provider `one`, which behaves so, and then `two`, which is well."""
    settings = {"first_token_timeout": 20, **settings}
    first, second = make_fake(default=first_behaviour), make_fake(default=behaviours.answer(Answer(text="from two")))
    config = {
        "providers": {"one": provider(first), "two": provider(second)},
        "rotations": {"r": rotation(("one", "m"), ("two", "m"), **settings)},
    }
    return make_gateway(config), first, second
