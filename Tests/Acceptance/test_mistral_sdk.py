"""The official Mistral SDK against the gateway, with an upstream of every wire and one of Mistral's own kind."""

import json

import pydantic
import pytest
from mistralai.client import Mistral
from mistralai.client.errors import SDKError

from configs import provider, user
from fakes import WIRES, Answer, ToolCall, behaviours, openai_tasks
from readings import read

SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
TOOLS = [{"type": "function", "function": {"name": "weather", "description": "Tells it.", "parameters": SCHEMA}}]
CALLS = (ToolCall("call_a", "weather", '{"city":"Oslo"}'), ToolCall("call_b", "weather", '{"city":"Rome"}'))


@pytest.fixture(scope="module")
def fakes(module_fake):
    return {**{name: module_fake(name) for name in WIRES}, "mistral": module_fake()}


@pytest.fixture(scope="module")
def gateway(module_gateway, fakes):
    config = {name: provider(fake) for name, fake in fakes.items()}
    config["mistral"]["type"] = "mistral"
    return module_gateway({"providers": config})


@pytest.fixture(scope="module")
def sdk(gateway):
    with Mistral(api_key=gateway.admin_token, server_url=gateway.url, timeout_ms=60_000) as client:
        yield client


@pytest.fixture(params=[*WIRES, "mistral"])
def wire(request, fakes):
    fakes[request.param].always(Answer())
    return request.param


def understood(fakes, wire):
    """What the provider would understand of the last request."""
    return read("openai" if wire == "mistral" else wire, fakes[wire].last)


def ask(sdk, wire, streamed, messages=None, **fields):
    """Text, tool calls and finish reason of the answer."""
    asked = {"model": f"{wire}/m", "messages": messages or [user("hi")]} | fields
    if not streamed:
        choice = sdk.chat.complete(**asked).choices[0]
        return choice.message.content or "", choice.message.tool_calls or [], choice.finish_reason
    text, calls, finish = "", {}, None
    for event in sdk.chat.stream(**asked):
        for choice in event.data.choices:
            text += choice.delta.content or ""
            finish = choice.finish_reason or finish
            for call in choice.delta.tool_calls or []:
                first = calls.setdefault(call.index, call)
                if first is not call:
                    first.function.arguments += call.function.arguments
    return text, list(calls.values()), finish


streamed = pytest.mark.parametrize("streamed", [False, True], ids=["whole", "streamed"])


@streamed
def test_text_system_and_settings_reach_the_model(sdk, fakes, wire, streamed):
    fakes[wire].always(Answer(text="Grüße, 世界 👋 done"))
    messages = [{"role": "system", "content": "Be brief."}, user("first"), {"role": "assistant", "content": "second"}, user("third ✓")]
    answer = ask(sdk, wire, streamed, messages, temperature=0.5, max_tokens=77, stop=["END"], top_p=0.9)
    assert answer == ("Grüße, 世界 👋 done", [], "stop")
    asked = understood(fakes, wire)
    assert asked.system == "Be brief."
    assert asked.turns == [("user", "first"), ("assistant", "second"), ("user", "third ✓")]
    assert (asked.temperature, asked.max_tokens, asked.stop) == (0.5, 77, ["END"])


def test_usage_is_told(sdk, wire):
    usage = sdk.chat.complete(model=f"{wire}/m", messages=[user("hi")]).usage
    assert (usage.prompt_tokens, usage.completion_tokens, usage.total_tokens) == (11, 7, 18)


# Mistral streams each call in one piece, and its SDK takes no other: not the pieces that come from the other wires.
TOOL_STREAMS = [(name, False) for name in (*WIRES, "mistral")] + [("gemini", True), ("ollama", True)]


@pytest.mark.parametrize("wire, streamed", TOOL_STREAMS, ids=str)
def test_tools_over_two_turns(sdk, fakes, wire, streamed):
    fakes[wire].always(Answer(text="", tools=CALLS))
    _, calls, finish = ask(sdk, wire, streamed, tools=TOOLS, tool_choice="any")
    assert finish == "tool_calls"
    assert [(call.function.name, json.loads(call.function.arguments)) for call in calls] == [
        (call.name, json.loads(call.arguments)) for call in CALLS
    ]
    assert len({call.id for call in calls}) == 2
    assert understood(fakes, wire).tools["weather"]["required"] == ["city"]

    fakes[wire].always(Answer(text="mild in both"))
    results = [
        {"role": "tool", "tool_call_id": call.id, "name": "weather", "content": f"result {number}"}
        for number, call in enumerate(calls)
    ]
    turns = [user("weather?"), {"role": "assistant", "content": "", "tool_calls": calls}, *results]
    assert ask(sdk, wire, streamed, turns, tools=TOOLS)[0] == "mild in both"
    asked = understood(fakes, wire)
    assert asked.calls == [(call.name, json.loads(call.arguments)) for call in CALLS]
    assert "result 0" in asked.results[0] and "result 1" in asked.results[1]


class City(pydantic.BaseModel):
    name: str
    people: int


def test_structured_output_is_parsed_into_the_callers_type(sdk, fakes, wire):
    fakes[wire].always(Answer(text='{"name":"Oslo","people":700000}'))
    parsed = sdk.chat.parse(City, model=f"{wire}/m", messages=[user("city?")])
    assert parsed.choices[0].message.parsed == City(name="Oslo", people=700000)
    assert '"people"' in json.dumps(fakes[wire].last.json)


# Mistral's own words


def test_mistrals_own_fields_reach_mistral_as_they_are(sdk, fakes):
    fakes["mistral"].always(Answer())
    prefixed = [user("hi"), {"role": "assistant", "content": "Sure", "prefix": True}]
    sdk.chat.complete(model="mistral/m", messages=prefixed, random_seed=7, safe_prompt=True, prompt_mode="reasoning")
    sent = fakes["mistral"].last.json
    assert (sent["random_seed"], sent["safe_prompt"], sent["prompt_mode"]) == (7, True, "reasoning")
    assert sent["messages"][1]["prefix"] is True


@pytest.mark.parametrize("name, place", [("gemini", ("generationConfig", "seed")), ("ollama", ("options", "seed")), ("cohere", ("seed",))])
def test_a_random_seed_is_a_seed_elsewhere(sdk, fakes, name, place):
    fakes[name].always(Answer())
    sdk.chat.complete(model=f"{name}/m", messages=[user("hi")], random_seed=7)
    sent = fakes[name].last.json
    for key in place:
        sent = sent[key]
    assert sent == 7


def test_what_another_provider_has_no_words_for_is_told(gateway, fakes):
    fakes["anthropic"].always(Answer())
    answer = gateway.chat("anthropic/m", safe_prompt=True, prompt_mode="reasoning")
    assert set(answer.headers["x-switchyard-dropped-params"].split(",")) == {"safe_prompt", "prompt_mode"}


def test_mistrals_stream_passes_with_its_calls_whole_and_its_usage_unasked(sdk, fakes):
    def chunk(delta, finish=None, **more):
        choices = [{"index": 0, "delta": delta, "finish_reason": finish}]
        return b"data: " + json.dumps({"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": choices, **more}).encode() + b"\n\n"

    call = {"id": "D681PevKs", "function": {"name": "weather", "arguments": '{"city":"Oslo"}'}, "index": 0}
    usage = {"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18}
    parts = [
        chunk({"role": "assistant", "content": ""}),
        chunk({"content": "Hm."}),
        chunk({"content": "", "tool_calls": [call]}, "tool_calls", usage=usage),
        b"data: [DONE]\n\n",
    ]
    fakes["mistral"].always(behaviours.chunks(parts))
    text, calls, finish = ask(sdk, "mistral", True, tools=TOOLS)
    assert (text, finish, [call.id for call in calls]) == ("Hm.", "tool_calls", ["D681PevKs"])
    told = [event.data.usage for event in sdk.chat.stream(model="mistral/m", messages=[user("hi")]) if event.data.usage]
    assert [(usage.prompt_tokens, usage.completion_tokens) for usage in told] == [(11, 7)]


# Besides chat


def test_embeddings(sdk, fakes):
    vectors = [openai_tasks.vector("one"), openai_tasks.vector("two")]
    data = [{"object": "embedding", "index": index, "embedding": vector} for index, vector in enumerate(vectors)]
    usage = {"prompt_tokens": 5, "completion_tokens": 0, "total_tokens": 5}
    body = {"id": "e", "object": "list", "model": "m", "data": data, "usage": usage}
    fakes["mistral"].always(openai_tasks.json_answer(body))
    answer = sdk.embeddings.create(model="mistral/m", inputs=["one", "two"], output_dimension=4)
    assert [item.embedding for item in answer.data] == vectors
    assert fakes["mistral"].last.json == {"model": "m", "input": ["one", "two"], "output_dimension": 4}


def test_models_are_listed_and_retrieved(sdk):
    models = {model.id: model for model in sdk.models.list().data}
    assert {"mistral/m", "openai/m", "demo/echo"} <= models.keys()
    assert models["mistral/m"].capabilities.completion_chat
    assert sdk.models.retrieve(model_id="mistral/m").id == "mistral/m"


@pytest.mark.parametrize("streamed", [False, True], ids=["whole", "streamed"])
def test_errors_are_the_sdks(sdk, fakes, streamed):
    for model, status in (("mistral/nothing", 404), ("openai/m", 400)):
        fakes["openai"].always(behaviours.error(400, "Bad temperature."))
        with pytest.raises(SDKError) as caught:
            ask(sdk, model.split("/")[0], streamed, model=model)
        assert caught.value.status_code == status
        assert json.loads(caught.value.body)["error"]["message"]


def test_what_is_not_offered_says_what_to_do(sdk):
    asks = {
        "/v1/completions": lambda: sdk.fim.complete(model="mistral/m", prompt="def f(", suffix="return 1"),
        "one by one": lambda: sdk.batch.jobs.list(),
        "base64": lambda: sdk.files.list(),
        "whole conversation": lambda: sdk.beta.conversations.start(model="mistral/m", inputs="hi"),
    }
    for advice, ask_for in asks.items():
        with pytest.raises(SDKError) as caught:
            ask_for()
        assert caught.value.status_code == 404 and advice in caught.value.body
