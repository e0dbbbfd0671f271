"""One conversation in the OpenAI dialect, told to each of the upstream wires and back."""

import dataclasses
import json

import openai
import pytest

from configs import KEY, provider, user
from fakes import WIRES, Answer, ToolCall, Usage, amazon, behaviours
from readings import read

PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
TOOLS = [{"type": "function", "function": {"name": "weather", "description": "Tells it.", "parameters": SCHEMA}}]
CALLS = (ToolCall("call_a", "weather", '{"city":"Oslo"}'), ToolCall("call_b", "weather", '{"city":"Rome"}'))
TRANSLATED = [name for name in WIRES if name != "openai"]


@pytest.fixture(scope="module")
def fakes(module_fake):
    return {name: module_fake(name) for name in WIRES}


@pytest.fixture(scope="module")
def gateway(module_gateway, fakes):
    return module_gateway({"providers": {name: provider(fake, "m", "lost") for name, fake in fakes.items()}})


@pytest.fixture(scope="module")
def sdk(gateway):
    with gateway.sdk() as client:
        yield client


@pytest.fixture(params=list(WIRES))
def wire(request, fakes):
    fakes[request.param].always(Answer())
    return request.param


@dataclasses.dataclass
class Told:
    text: str = ""
    thinking: str = ""
    calls: list = dataclasses.field(default_factory=list)
    finish: str | None = None
    usage: object = None


def tell(sdk, wire, streamed, messages=None, **fields) -> Told:
    """Asks and gathers, whole or streamed, into the same shape."""
    ask = {"model": f"{wire}/m", "messages": messages or [user("hi")], **fields}
    if not streamed:
        whole = sdk.chat.completions.create(**ask)
        choice = whole.choices[0]
        calls = [(call.id, call.function.name, call.function.arguments) for call in choice.message.tool_calls or []]
        thinking = getattr(choice.message, "reasoning_content", None) or ""
        return Told(choice.message.content or "", thinking, calls, choice.finish_reason, whole.usage)
    told, calls = Told(), {}
    for chunk in sdk.chat.completions.create(**ask, stream=True, stream_options={"include_usage": True}):
        if chunk.usage:
            assert told.usage is None, "usage comes once"
            told.usage = chunk.usage
        for choice in chunk.choices:
            told.text += choice.delta.content or ""
            told.thinking += getattr(choice.delta, "reasoning_content", None) or ""
            told.finish = choice.finish_reason or told.finish
            for call in choice.delta.tool_calls or []:
                known = calls.setdefault(call.index, ["", "", ""])
                known[0] = known[0] or call.id
                known[1] = known[1] or call.function.name
                known[2] += call.function.arguments or ""
    told.calls = [tuple(calls[index]) for index in sorted(calls)]
    return told


streamed = pytest.mark.parametrize("streamed", [False, True], ids=["whole", "streamed"])


@streamed
def test_text_system_and_settings_reach_the_model(sdk, fakes, wire, streamed):
    fakes[wire].always(Answer(text="Grüße, 世界 👋 done"))
    messages = [
        {"role": "system", "content": "Be brief."},
        user("first"),
        {"role": "assistant", "content": "second"},
        user("third ✓"),
    ]
    told = tell(sdk, wire, streamed, messages, temperature=0.5, max_tokens=77, stop=["END"])
    assert (told.text, told.finish) == ("Grüße, 世界 👋 done", "stop")
    asked = read(wire, fakes[wire].last)
    assert asked.system == "Be brief."
    assert asked.turns == [("user", "first"), ("assistant", "second"), ("user", "third ✓")]
    assert (asked.temperature, asked.max_tokens, asked.stop) == (0.5, 77, ["END"])


def test_the_providers_own_key_and_model_name_are_sent(sdk, gateway, fakes, wire):
    tell(sdk, wire, False)
    exchange = fakes[wire].last
    head = json.dumps(exchange.headers) + exchange.target
    assert gateway.admin_token not in head, "a gateway token is never forwarded"
    if wire == "converse":
        assert amazon.ACCESS in head and amazon.SECRET not in head, "the secret signs and is never sent"
    else:
        assert KEY in head
    if wire in ("gemini", "converse"):
        assert {"gemini": "/models/m:generateContent", "converse": "/model/m/converse"}[wire] in exchange.target
    else:
        assert exchange.json["model"] == "m"


def test_images_reach_the_model(sdk, fakes, wire):
    parts = [
        {"type": "text", "text": "what is it?"},
        {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{PIXEL}"}},
    ]
    tell(sdk, wire, False, [{"role": "user", "content": parts}])
    asked = read(wire, fakes[wire].last)
    assert asked.images in ([("image/png", PIXEL)], [(None, PIXEL)])
    assert asked.turns == [("user", "what is it?")]


@streamed
def test_parallel_tool_calls_keep_names_order_and_arguments(sdk, fakes, wire, streamed):
    fakes[wire].always(Answer(text="", tools=CALLS))
    told = tell(sdk, wire, streamed, tools=TOOLS)
    assert [(name, json.loads(text)) for _, name, text in told.calls] == [
        (call.name, json.loads(call.arguments)) for call in CALLS
    ]
    assert told.finish == "tool_calls"
    ids = [id for id, _, _ in told.calls]
    assert all(ids) and len(set(ids)) == 2
    if wire in ("openai", "anthropic", "converse", "cohere"):
        assert ids == [call.id for call in CALLS], "ids a dialect allows are kept"
    assert read(wire, fakes[wire].last).tools["weather"]["required"] == ["city"]


@streamed
def test_an_answer_may_have_text_and_a_tool_call(sdk, fakes, wire, streamed):
    fakes[wire].always(Answer(text="Let me look.", tools=CALLS[:1]))
    told = tell(sdk, wire, streamed, tools=TOOLS)
    assert told.text == "Let me look."
    assert len(told.calls) == 1


def test_tool_results_go_back_on_the_next_turn(sdk, fakes, wire):
    fakes[wire].always(Answer(text="", tools=CALLS))
    whole = sdk.chat.completions.create(model=f"{wire}/m", messages=[user("weather?")], tools=TOOLS)
    message = whole.choices[0].message
    fakes[wire].always(Answer(text="mild in both"))
    results = [
        {"role": "tool", "tool_call_id": call.id, "content": f"result {index}"}
        for index, call in enumerate(message.tool_calls)
    ]
    told = tell(sdk, wire, False, [user("weather?"), message.model_dump(exclude_none=True), *results], tools=TOOLS)
    assert told.text == "mild in both"
    asked = read(wire, fakes[wire].last)
    assert asked.calls == [(call.name, json.loads(call.arguments)) for call in CALLS]
    assert len(asked.results) == 2
    assert "result 0" in asked.results[0] and "result 1" in asked.results[1]


def test_structured_output_carries_its_schema(sdk, fakes, wire):
    fakes[wire].always(Answer(text='{"city":"Oslo"}'))
    schema = {**SCHEMA, "additionalProperties": False}
    wanted = {"type": "json_schema", "json_schema": {"name": "place", "strict": True, "schema": schema}}
    told = tell(sdk, wire, False, response_format=wanted)
    assert json.loads(told.text) == {"city": "Oslo"}
    assert '"city"' in json.dumps(fakes[wire].last.json), "the schema is told to the model"


@streamed
def test_thinking_is_reasoning_content(sdk, fakes, wire, streamed):
    fakes[wire].always(Answer(text="four", thinking="two and two", signature="c2lnbmF0dXJl"))
    told = tell(sdk, wire, streamed)
    assert (told.thinking, told.text) == ("two and two", "four")


@pytest.mark.parametrize("wire", ["anthropic", "converse", "gemini"])
def test_a_thinking_signature_goes_back_unchanged(sdk, fakes, wire):
    signature = "RXEtc2lnbmVkLWJ5LXRoZS1wcm92aWRlcisvPT0="
    fakes[wire].always(Answer(text="", thinking="hmm", signature=signature, tools=CALLS[:1]))
    whole = sdk.chat.completions.create(model=f"{wire}/m", messages=[user("weather?")], tools=TOOLS)
    message = whole.choices[0].message
    result = {"role": "tool", "tool_call_id": message.tool_calls[0].id, "content": "mild"}
    fakes[wire].always(Answer(text="mild"))
    tell(sdk, wire, False, [user("weather?"), message.model_dump(exclude_none=True), result], tools=TOOLS)
    assert signature in json.dumps(fakes[wire].last.json)


@streamed
def test_usage_is_converted_to_openais_way_of_counting(sdk, fakes, wire, streamed):
    fakes[wire].always(Answer(usage=Usage(prompt=100, completion=30, cached=40, reasoning=10)))
    usage = tell(sdk, wire, streamed).usage
    assert (usage.prompt_tokens, usage.completion_tokens, usage.total_tokens) == (100, 30, 130)
    if wire not in ("ollama", "cohere"):  # Cohere bills nothing of its cache
        assert usage.prompt_tokens_details.cached_tokens == 40
    if wire in ("openai", "gemini"):
        assert usage.completion_tokens_details.reasoning_tokens == 10


@streamed
@pytest.mark.parametrize("finish", ["stop", "length", "content_filter"])
def test_finish_reasons_are_mapped_never_guessed(sdk, fakes, wire, streamed, finish):
    if (wire, finish) == ("ollama", "content_filter"):
        finish = "stop"  # Ollama has no such reason
    fakes[wire].always(Answer(finish=finish))
    assert tell(sdk, wire, streamed).finish == finish


@streamed
def test_the_upstreams_error_text_and_status_survive(make_gateway, make_fake, wire, streamed):
    fake = make_fake(wire, behaviours.error(400, "temperature is out of range"))
    with make_gateway({"providers": {"up": provider(fake)}}).sdk() as sdk:
        with pytest.raises(openai.BadRequestError, match="temperature is out of range"):
            sdk.chat.completions.create(model="up/m", messages=[user("hi")], stream=streamed)


@streamed
def test_an_answer_without_usage_is_still_an_answer(sdk, gateway, fakes, wire, streamed):
    fakes[wire].always(Answer(usage=None))
    id = f"no-usage-{wire}-{streamed}"
    assert tell(sdk, wire, streamed, extra_headers={"x-request-id": id}).text == Answer().text
    row = gateway.row(id)
    assert row["estimated"] is True and row["completion_tokens"] > 0


@pytest.mark.parametrize("wire", TRANSLATED)
def test_what_a_wire_cannot_say_is_reported(gateway, wire):
    headers = {"x-request-id": f"dropped-{wire}"}
    answer = gateway.chat(f"{wire}/m", headers=headers, logit_bias={"50256": -100}, temperature=0.1)
    assert answer.status_code == 200
    dropped = [name.strip() for name in answer.headers["x-switchyard-dropped-params"].split(",")]
    assert "logit_bias" in dropped and "temperature" not in dropped
    assert "logit_bias" in gateway.row(f"dropped-{wire}")["dropped_params"]


def test_a_translated_answer_has_no_stale_framing_headers(gateway, wire):
    answer = gateway.chat(f"{wire}/m")
    assert int(answer.headers["content-length"]) == len(answer.content)
    assert "content-encoding" not in answer.headers and "transfer-encoding" not in answer.headers
