"""The official ollama SDK against the gateway, with an upstream of every wire."""

import base64
import dataclasses
import json

import ollama
import pydantic
import pytest

from configs import provider
from fakes import Answer, ToolCall, Usage
from readings import read

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8Dwn4EIAAAzAwH/y8rYJwAAAABJRU5ErkJggg=="
)
CALLS = (ToolCall("call_a", "weather", '{"city":"Oslo"}'), ToolCall("call_b", "weather", '{"city":"Rome"}'))
SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
TOOLS = [{"type": "function", "function": {"name": "weather", "description": "Tells it.", "parameters": SCHEMA}}]

WIRES = ["openai", "anthropic", "gemini", "ollama"]  # those of conversations


def make_client(gateway, token: str | None = None, base: str = "") -> ollama.Client:
    headers = {"authorization": f"Bearer {token or gateway.admin_token}"}
    return ollama.Client(host=gateway.url + base, headers=headers, timeout=30, trust_env=False)


@pytest.fixture(scope="module")
def fakes(module_fake):
    return {name: module_fake(name) for name in WIRES}


@pytest.fixture(scope="module")
def gateway(module_gateway, fakes):
    return module_gateway({"providers": {name: provider(fake, "m") for name, fake in fakes.items()}})


@pytest.fixture(scope="module")
def client(gateway):
    return make_client(gateway)


@pytest.fixture(params=WIRES)
def wire(request, fakes):
    fakes[request.param].always(Answer())
    return request.param


@dataclasses.dataclass
class Told:
    text: str = ""
    thinking: str = ""
    calls: list = dataclasses.field(default_factory=list)
    last: object = None


def user(text: str, **fields) -> dict:
    return {"role": "user", "content": text, **fields}


def tell(client, wire, streamed, messages=None, **fields) -> Told:
    """Asks and gathers, whole or streamed, into the same shape."""
    answer = client.chat(model=f"{wire}/m", messages=messages or [user("hi")], stream=streamed, **fields)
    told = Told()
    for part in answer if streamed else [answer]:
        told.text += part.message.content or ""
        told.thinking += part.message.thinking or ""
        told.calls += [(call.function.name, dict(call.function.arguments)) for call in part.message.tool_calls or []]
        told.last = part
    assert told.last.done
    return told


streamed = pytest.mark.parametrize("streamed", [False, True], ids=["whole", "streamed"])


@streamed
def test_text_system_and_settings_reach_the_model(client, fakes, wire, streamed):
    fakes[wire].always(Answer(text="Grüße, 世界 👋 done"))
    messages = [
        {"role": "system", "content": "Be brief."},
        user("first"),
        {"role": "assistant", "content": "second"},
        user("third ✓"),
    ]
    told = tell(client, wire, streamed, messages, options={"temperature": 0.5, "num_predict": 77, "stop": ["END"]})
    assert (told.text, told.last.done_reason) == ("Grüße, 世界 👋 done", "stop")
    asked = read(wire, fakes[wire].last)
    assert asked.system == "Be brief."
    assert asked.turns == [("user", "first"), ("assistant", "second"), ("user", "third ✓")]
    assert (asked.temperature, asked.max_tokens, asked.stop) == (0.5, 77, ["END"])


@pytest.mark.parametrize("base", ["", "/api/user", "/api/u/admin"])
def test_every_base_path_reaches_the_same_pipeline(gateway, fakes, base):
    fakes["openai"].always(Answer(text=f"from {base}"))
    client = make_client(gateway, base=base)
    assert client.chat(model="openai/m", messages=[user("hi")]).message.content == f"from {base}"
    assert "openai/m" in {model.model for model in client.list().models}


def test_a_stream_is_the_usual_answer_and_arrives_piece_by_piece(gateway, fakes, wire):
    fakes[wire].always(Answer(text="one two three"))
    answer = gateway.post({"model": f"{wire}/m", "messages": [user("hi")]}, path="/api/chat")
    assert answer.headers["content-type"] == "application/x-ndjson"
    lines = [json.loads(line) for line in answer.text.splitlines()]
    assert [line["message"]["content"] for line in lines if line["message"]["content"]] == ["one ", "two ", "three"]
    assert [line["done"] for line in lines] == [False] * (len(lines) - 1) + [True]


def test_the_same_format_passes_untouched(gateway, fakes):
    fake = fakes["ollama"].always(Answer())
    odd = b'{ "messages":[ {"content":"\\u00e9", "role":"user"} ],"options":{"temperature":0.70},"x":1.50, "model":"ollama/m" }'
    answer = gateway.post(odd, path="/api/chat")
    assert fake.last.target == "/api/chat"
    assert fake.last.body == odd.replace(b"ollama/m", b"m")
    assert answer.content == b"".join(fake.wire.events(Answer(), fake.last))
    whole = odd.replace(b'"x":1.50', b'"stream":false')
    assert gateway.post(whole, path="/api/chat").content == fake.wire.whole(Answer(), fake.last)


def test_images_reach_the_model(client, fakes, wire):
    tell(client, wire, False, [user("what is it?", images=[PIXEL])])
    asked = read(wire, fakes[wire].last)
    assert [(kind, base64.b64decode(data)) for kind, data in asked.images] in ([("image/png", PIXEL)], [(None, PIXEL)])
    assert asked.turns == [("user", "what is it?")]


@streamed
def test_parallel_tool_calls_and_their_results(client, fakes, wire, streamed):
    fakes[wire].always(Answer(text="", tools=CALLS))
    told = tell(client, wire, streamed, [user("weather?")], tools=TOOLS)
    assert told.calls == [(call.name, json.loads(call.arguments)) for call in CALLS]
    assert told.last.done_reason == "stop"
    assert read(wire, fakes[wire].last).tools["weather"]["required"] == ["city"]
    calls = [{"function": {"name": name, "arguments": arguments}} for name, arguments in told.calls]
    results = [{"role": "tool", "tool_name": "weather", "content": text} for text in ("cold", "warm")]
    turns = [user("weather?"), {"role": "assistant", "content": "", "tool_calls": calls}, *results]
    fakes[wire].always(Answer(text="mild"))
    assert tell(client, wire, False, turns, tools=TOOLS).text == "mild"
    asked = read(wire, fakes[wire].last)
    assert asked.calls == [("weather", {"city": "Oslo"}), ("weather", {"city": "Rome"})]
    if wire == "openai":
        messages = fakes[wire].last.json["messages"]
        assert [call["id"] for call in messages[1]["tool_calls"]] == [message["tool_call_id"] for message in messages[2:]]


class City(pydantic.BaseModel):
    name: str
    people: int


@pytest.mark.parametrize("wire", ["openai", "gemini", "ollama"])
def test_structured_output_is_the_schemas(client, fakes, wire):
    fakes[wire].always(Answer(text='{"name":"Oslo","people":7}'))
    told = tell(client, wire, False, format=City.model_json_schema())
    assert City.model_validate_json(told.text) == City(name="Oslo", people=7)
    assert '"people"' in json.dumps(fakes[wire].last.json)


@streamed
def test_thinking_is_told_apart(client, fakes, wire, streamed):
    fakes[wire].always(Answer(text="so", thinking="hmm, well", signature="c2ln"))
    told = tell(client, wire, streamed, think=True, options={"num_predict": 9000})
    assert (told.thinking, told.text) == ("hmm, well", "so")


@streamed
def test_usage_and_times_are_counted(client, fakes, wire, streamed):
    fakes[wire].always(Answer(usage=Usage(prompt=100, completion=30, cached=40, reasoning=10)))
    last = tell(client, wire, streamed).last
    assert (last.prompt_eval_count, last.eval_count) == (100, 30)
    assert last.total_duration > 0
    if wire != "ollama":
        assert last.total_duration == last.prompt_eval_duration + last.eval_duration


@streamed
@pytest.mark.parametrize("finish", ["stop", "length", "content_filter"])
def test_finish_reasons_are_mapped_never_guessed(client, fakes, wire, streamed, finish):
    fakes[wire].always(Answer(finish=finish))
    expected = "stop" if (wire, finish) == ("ollama", "content_filter") else finish  # the fake has no such word
    if (wire, finish) == ("anthropic", "content_filter"):
        expected = "refusal"
    assert tell(client, wire, streamed).last.done_reason == expected


@streamed
def test_a_prompt_alone_is_answered(client, fakes, wire, streamed):
    fakes[wire].always(Answer(text="here you are"))
    options = {"num_predict": 5}
    answer = client.generate(model=f"{wire}/m", prompt="go", system="Be brief.", stream=streamed, options=options)
    parts = list(answer) if streamed else [answer]
    assert "".join(part.response for part in parts) == "here you are"
    assert parts[-1].done and parts[-1].done_reason == "stop"
    assert (parts[-1].prompt_eval_count, parts[-1].eval_count) == (11, 7)
    if wire == "ollama":
        assert fakes[wire].last.target == "/api/generate"
        assert fakes[wire].last.json["prompt"] == "go"
    else:
        asked = read(wire, fakes[wire].last)
        assert (asked.system, asked.turns, asked.max_tokens) == ("Be brief.", [("user", "go")], 5)


def test_what_a_wire_cannot_say_is_reported_in_the_callers_words(gateway):
    body = {
        "model": "openai/m",
        "messages": [user("hi")],
        "keep_alive": "5m",
        "options": {"num_ctx": 4096, "repeat_penalty": 1.1, "temperature": 0.5},
        "stream": False,
    }
    answer = gateway.post(body, path="/api/chat")
    assert answer.status_code == 200, answer.text
    dropped = set(answer.headers["x-switchyard-dropped-params"].split(","))
    assert dropped == {"keep_alive", "options.num_ctx", "options.repeat_penalty"}
    body = {"model": "openai/m", "prompt": "hi", "context": [1, 2], "raw": True, "template": "{{ .Prompt }}", "stream": False}
    answer = gateway.post(body, path="/api/generate")
    assert set(answer.headers["x-switchyard-dropped-params"].split(",")) == {"context", "raw", "template"}


def test_models_are_listed_shown_and_ready(gateway, client):
    assert {"openai/m", "ollama/m", "demo/echo"} <= {model.model for model in client.list().models}
    shown = client.show("openai/m")
    assert "completion" in shown.capabilities and shown.modelinfo["general.architecture"]
    assert "openai/m" in {model.model for model in client.ps().models}
    with pytest.raises(ollama.ResponseError) as caught:
        client.show("openai/nothing")
    assert caught.value.status_code == 404
    version = gateway.http.get("/api/version").json()["version"]
    assert len(version.split(".")) == 3


def test_a_token_sees_the_models_it_may_use(gateway):
    token = gateway.make_token(models=["openai/m"])["token"]
    assert [model.model for model in make_client(gateway, token).list().models] == ["openai/m"]


def test_the_demo_provider_answers_an_ollama_client(client):
    assert client.chat(model="demo/echo", messages=[user("anyone there?")]).message.content == "anyone there?"
