"""Streams as callers see them: signs of life in silence, and the shape that was asked for."""

import json
import threading
import time

import pytest

from configs import pair, provider, user
from fakes import Answer, behaviours

SERVER = {"keepalive_interval": 0.2, "header_timeout": 4}  # deadlines are looked at every eighth of the shortest
SIGN = ": keep-alive"


def paused(before: float, goes_on: threading.Event):
    """Is silent before the first event, and again before the last ones."""

    async def behave(exchange, connection, wire):
        events = wire.events(Answer(text="one two"), exchange)
        await connection.send(behaviours.head(200, wire.stream_type))
        await connection.pause(before)
        for event in events[:2]:
            await connection.send_chunk(event)
        while not goes_on.is_set():
            await connection.pause(0.01)
        for event in events[2:]:
            await connection.send_chunk(event)
        await connection.send(b"0\r\n\r\n")

    return behave


def lines_of(gateway, model="up/m", on_line=lambda line: None):
    lines = []
    with gateway.stream({"model": model, "messages": [user("q")]}) as answer:
        assert answer.status_code == 200
        for line in filter(None, answer.iter_lines()):
            lines.append(line)
            on_line(line)
    return lines


def test_a_silent_stream_shows_signs_of_life_once_it_has_begun(make_gateway, make_fake):
    goes_on, signs = threading.Event(), []

    def count(line: str):
        signs.extend([line] * (line == SIGN))
        if len(signs) == 2:
            goes_on.set()

    fake = make_fake(default=paused(0.6, goes_on))
    gateway = make_gateway({"providers": {"up": provider(fake)}, "server": SERVER})
    lines = lines_of(gateway, on_line=count)
    assert lines[0].startswith("data: "), "nothing before the first event: another provider may still take over"
    assert lines[-1] == "data: [DONE]"
    pieces = gateway.sdk().chat.completions.create(model="up/m", messages=[user("q")], stream=True)
    assert "".join(chunk.choices[0].delta.content or "" for chunk in pieces if chunk.choices) == "one two"


def test_signs_of_life_can_be_switched_off(make_gateway, make_fake):
    goes_on = threading.Event()
    threading.Timer(0.6, goes_on.set).start()
    fake = make_fake(default=paused(0, goes_on))
    gateway = make_gateway({"providers": {"up": provider(fake)}, "server": {**SERVER, "keepalive_interval": 0}})
    assert SIGN not in lines_of(gateway)


def test_silence_before_the_first_token_still_leads_to_the_next_provider(make_gateway, make_fake):
    gateway, _, second = pair(make_gateway, make_fake, behaviours.silent(), first_token_timeout=1)
    text = json.loads(gateway.config_path.read_text())
    gateway.write_config({**text, "server": SERVER})
    gateway.stop()
    gateway.start()
    began = time.monotonic()
    assert "from two" in gateway.chat("rotation/r").text
    lines = lines_of(gateway, "rotation/r")
    assert time.monotonic() - began < 30
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
