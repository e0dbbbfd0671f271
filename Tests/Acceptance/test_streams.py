"""Streams as callers see them: signs of life in silence, and the shape that was asked for."""

import json
import time

import pytest

from configs import pair, provider, user
from fakes import Answer, behaviours

SERVER = {"keepalive_interval": 0.2, "header_timeout": 0.8}  # deadlines are looked at every eighth of the shortest
SIGN = ": keep-alive"


def paused(before: float, between: float):
    """Is silent before the first event, and again before the last ones."""

    async def behave(exchange, connection, wire):
        events = wire.events(Answer(text="one two"), exchange)
        await connection.send(behaviours.head(200, wire.stream_type))
        await connection.pause(before)
        for event in events[:2]:
            await connection.send_chunk(event)
        await connection.pause(between)
        for event in events[2:]:
            await connection.send_chunk(event)
        await connection.send(b"0\r\n\r\n")

    return behave


def lines_of(gateway, model="up/m"):
    with gateway.stream({"model": model, "messages": [user("q")]}) as answer:
        assert answer.status_code == 200
        return [line for line in answer.iter_lines() if line]


def test_a_silent_stream_shows_signs_of_life_once_it_has_begun(make_gateway, make_fake):
    fake = make_fake(default=paused(0.6, 1.2))
    gateway = make_gateway({"providers": {"up": provider(fake)}, "server": SERVER})
    lines = lines_of(gateway)
    assert lines.count(SIGN) >= 2
    assert lines[0].startswith("data: "), "nothing before the first event: another provider may still take over"
    assert lines[-1] == "data: [DONE]"
    pieces = gateway.sdk().chat.completions.create(model="up/m", messages=[user("q")], stream=True)
    assert "".join(chunk.choices[0].delta.content or "" for chunk in pieces if chunk.choices) == "one two"


def test_signs_of_life_can_be_switched_off(make_gateway, make_fake):
    fake = make_fake(default=paused(0, 0.6))
    gateway = make_gateway({"providers": {"up": provider(fake)}, "server": {**SERVER, "keepalive_interval": 0}})
    assert SIGN not in lines_of(gateway)


def test_silence_before_the_first_token_still_leads_to_the_next_provider(make_gateway, make_fake):
    gateway, _, second = pair(make_gateway, make_fake, behaviours.silent())
    text = json.loads(gateway.config_path.read_text())
    gateway.write_config({**text, "server": SERVER})
    gateway.stop()
    gateway.start()
    began = time.monotonic()
    assert "from two" in gateway.chat("rotation/r").text
    lines = lines_of(gateway, "rotation/r")
    assert time.monotonic() - began < 5
    assert SIGN not in lines and len(second.exchanges) == 2


@pytest.mark.parametrize("wire", ["openai", "anthropic", "gemini", "ollama"])
def test_a_provider_that_answers_whole_is_streamed(make_gateway, make_fake, wire):
    fake = make_fake(wire)

    async def whole(exchange, connection, kind):
        await behaviours.body(kind.whole(Answer(text="one two"), exchange))(exchange, connection, kind)

    fake.always(whole)
    gateway = make_gateway({"providers": {"up": provider(fake)}})
    options = {"stream": True, "stream_options": {"include_usage": True}}
    chunks = list(gateway.sdk().chat.completions.create(model="up/m", messages=[user("q")], **options))
    assert chunks[0].choices[0].delta.role == "assistant"
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices) == "one two"
    assert [chunk.choices[0].finish_reason for chunk in chunks if chunk.choices][-1] == "stop"
    assert chunks[-1].usage.prompt_tokens == 11 and chunks[-1].usage.completion_tokens == 7


@pytest.mark.parametrize("wire", ["openai", "anthropic", "gemini", "ollama"])
def test_a_provider_that_streams_unasked_is_assembled(make_gateway, make_fake, wire):
    fake = make_fake(wire)

    async def streamed(exchange, connection, kind):
        await behaviours.chunks(kind.events(Answer(text="one two"), exchange))(exchange, connection, kind)

    fake.always(streamed)
    gateway = make_gateway({"providers": {"up": provider(fake)}})
    answer = gateway.sdk().chat.completions.create(model="up/m", messages=[user("q")])
    assert answer.choices[0].message.content == "one two"
    assert answer.choices[0].finish_reason == "stop"
