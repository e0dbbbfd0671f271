"""The official Anthropic SDK against the gateway, with an upstream of every wire."""

import json

import anthropic
import pytest

from asking import HELLO, ask_message, post_message, streamed
from configs import provider, user
from fakes import WIRES, Answer, ToolCall, Usage, behaviours
from readings import read

PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
TOOLS = [{"name": "weather", "description": "Tells it.", "input_schema": SCHEMA}]
CALLS = (ToolCall("call_a", "weather", '{"city":"Oslo"}'), ToolCall("call_b", "weather", '{"city":"Rome"}'))


@pytest.fixture(scope="module")
def fakes(module_fake):
    return {name: module_fake(name) for name in WIRES}


@pytest.fixture(scope="module")
def gateway(module_gateway, fakes):
    return module_gateway({"providers": {name: provider(fake) for name, fake in fakes.items()}})


@pytest.fixture(scope="module")
def sdk(gateway):
    with gateway.anthropic_sdk() as client:
        yield client


@pytest.fixture(params=list(WIRES))
def wire(request, fakes):
    fakes[request.param].always(Answer())
    return request.param


@streamed
def test_text_system_and_settings_reach_the_model(sdk, fakes, wire, streamed):
    fakes[wire].always(Answer(text="Grüße, 世界 👋 done", usage=Usage(prompt=100, completion=30, cached=40)))
    messages = [user("first"), {"role": "assistant", "content": "second"}, user("third ✓")]
    extra = {"temperature": 0.5}  # the SDK knows it no more
    message = ask_message(sdk, wire, streamed, messages, system="Be brief.", stop_sequences=["END"], extra_body=extra)
    assert [block.text for block in message.content] == ["Grüße, 世界 👋 done"]
    assert (message.stop_reason, message.role, message.type) == ("end_turn", "assistant", "message")
    assert message.id.startswith("msg_")
    cached = 0 if wire in ("ollama", "cohere") else 40  # Cohere bills nothing of its cache
    assert (message.usage.input_tokens, message.usage.output_tokens) == (100 - cached, 30)
    assert (message.usage.cache_read_input_tokens or 0) == cached
    asked = read(wire, fakes[wire].last)
    assert asked.system == "Be brief."
    assert asked.turns == [("user", "first"), ("assistant", "second"), ("user", "third ✓")]
    assert (asked.temperature, asked.max_tokens, asked.stop) == (0.5, 77, ["END"])


def test_a_stream_arrives_piece_by_piece_in_the_documented_order(sdk, fakes, wire):
    fakes[wire].always(Answer(text="one two three", thinking="hm hm", signature="U0lH"))
    kinds, text, thinking = [], "", ""
    with sdk.messages.stream(model=f"{wire}/m", **HELLO) as stream:
        for event in stream:
            if not kinds or kinds[-1] != event.type:
                kinds.append(event.type)
            text += event.text if event.type == "text" else ""
            thinking += event.thinking if event.type == "thinking" else ""
    assert (text, thinking) == ("one two three", "hm hm")
    assert (kinds[0], kinds[-2:]) == ("message_start", ["message_delta", "message_stop"])
    assert kinds.count("content_block_start") == kinds.count("content_block_stop") >= 2


@streamed
def test_tools_over_two_turns(sdk, fakes, wire, streamed):
    fakes[wire].always(Answer(text="Let me look.", tools=CALLS))
    message = ask_message(sdk, wire, streamed, tools=TOOLS)
    assert message.stop_reason == "tool_use"
    calls = [block for block in message.content if block.type == "tool_use"]
    assert [(call.name, call.input) for call in calls] == [(call.name, json.loads(call.arguments)) for call in CALLS]
    assert len({call.id for call in calls}) == 2
    assert read(wire, fakes[wire].last).tools["weather"]["required"] == ["city"]

    fakes[wire].always(Answer(text="mild in both"))
    results = [
        {"type": "tool_result", "tool_use_id": calls[0].id, "content": "result 0"},
        {"type": "tool_result", "tool_use_id": calls[1].id, "content": [{"type": "text", "text": "result 1"}]},
    ]
    content = [block.model_dump(exclude_none=True) for block in message.content]
    turns = [user("weather?"), {"role": "assistant", "content": content}, {"role": "user", "content": results}]
    assert ask_message(sdk, wire, streamed, turns, tools=TOOLS).content[0].text == "mild in both"
    asked = read(wire, fakes[wire].last)
    assert asked.calls == [(call.name, json.loads(call.arguments)) for call in CALLS]
    assert "result 0" in asked.results[0] and "result 1" in asked.results[1]


def test_a_tools_input_comes_in_pieces(sdk, fakes, wire):
    fakes[wire].always(Answer(text="", tools=CALLS))
    pieces = []
    with sdk.messages.stream(model=f"{wire}/m", tools=TOOLS, **HELLO) as stream:
        for event in stream:
            if event.type == "input_json":
                pieces.append(event.partial_json)
    assert json.loads("[" + "".join(pieces).replace("}{", "},{") + "]") == [{"city": "Oslo"}, {"city": "Rome"}]


@streamed
@pytest.mark.parametrize("wire", ["anthropic", "gemini"])
def test_a_signature_goes_back_unchanged(sdk, fakes, wire, streamed):
    signature = "RXEtc2lnbmVkLWJ5LXRoZS1wcm92aWRlcisvPT0="
    fakes[wire].always(Answer(text="", thinking="hmm", signature=signature, tools=CALLS[:1]))
    message = ask_message(sdk, wire, streamed, tools=TOOLS, thinking={"type": "enabled", "budget_tokens": 1024})
    thoughts = [block for block in message.content if block.type == "thinking"]
    assert ("".join(block.thinking for block in thoughts), thoughts[-1].signature) == ("hmm", signature)
    call = message.content[-1]
    turns = [
        user("weather?"),
        {"role": "assistant", "content": [block.model_dump(exclude_none=True) for block in message.content]},
        {"role": "user", "content": [{"type": "tool_result", "tool_use_id": call.id, "content": "mild"}]},
    ]
    ask_message(sdk, wire, False, turns, tools=TOOLS)
    assert json.dumps(fakes[wire].last.json).count(signature) == 1


def test_images_reach_the_model_also_in_results(sdk, fakes, wire):
    image = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": PIXEL}}
    ask_message(sdk, wire, False, [{"role": "user", "content": [{"type": "text", "text": "what?"}, image]}])
    assert PIXEL in json.dumps(fakes[wire].last.json)
    call = {"type": "tool_use", "id": "toolu_1", "name": "weather", "input": {}}
    result = {"type": "tool_result", "tool_use_id": "toolu_1", "content": [image]}
    turns = [user("q"), {"role": "assistant", "content": [call]}, {"role": "user", "content": [result]}]
    reply = sdk.messages.with_raw_response.create(
        model=f"{wire}/m", max_tokens=77, messages=turns, tools=TOOLS
    )
    if wire == "cohere":  # takes none there
        assert "tool_result" in reply.headers["x-switchyard-dropped-params"]
    else:
        assert PIXEL in json.dumps(fakes[wire].last.json)


def test_structured_output_carries_its_schema(sdk, fakes, wire):
    fakes[wire].always(Answer(text='{"city":"Oslo"}'))
    schema = {**SCHEMA, "additionalProperties": False}
    message = ask_message(sdk, wire, False, output_config={"format": {"type": "json_schema", "schema": schema}})
    assert json.loads(message.content[0].text) == {"city": "Oslo"}
    assert '"additionalProperties"' in json.dumps(fakes[wire].last.json)


@streamed
@pytest.mark.parametrize(
    "finish, told", [("stop", "end_turn"), ("length", "max_tokens"), ("content_filter", "refusal")]
)
def test_finish_reasons_are_mapped(sdk, fakes, wire, streamed, finish, told):
    if (wire, finish) == ("ollama", "content_filter"):
        finish, told = "stop", "end_turn"  # Ollama has no such reason
    fakes[wire].always(Answer(finish=finish))
    assert ask_message(sdk, wire, streamed).stop_reason == told


# Pass-through


def test_anthropics_bytes_pass_both_ways(gateway, fakes):
    whole = (
        b'{"id":"msg_1","type":"message", "role":"assistant","model":"claude-x","content":[{"type":"text","text":"\\u00e9",'
        b'"citations":null,"x":1.0}],"stop_reason":"end_turn","usage":{"input_tokens":3,"output_tokens":2, "y":1E2}}  \n'
    )
    fakes["anthropic"].always(behaviours.body(whole))
    body = b'{ "max_tokens":9 ,"x":[1E2,-0.0],"model":"anthropic\\/m","messages":[{"role":"user","content":"\\u00e9"}]}'
    answer = post_message(gateway, body, **{"anthropic-beta": "one-2026,two"})
    assert answer.content == whole
    sent = fakes["anthropic"].last
    assert sent.body == body.replace(b'"anthropic\\/m"', b'"m"')
    assert (sent.header("anthropic-version"), sent.header("anthropic-beta")) == ("2023-06-01", "one-2026,two")
    assert sent.header("x-api-key") == "sk-upstream-secret-0123456789"
    assert gateway.admin_token not in json.dumps(sent.headers)


def test_a_stream_of_anthropics_passes_as_it_is(gateway, fakes):
    parts = [
        b'event: message_start\ndata: {"type":"message_start","message":{"id":"msg_1","usage":{"input_tokens":3}} }\n\n',
        b': note\n\nevent: content_block_start\ndata: {"type":"content_block_start","index":0,'
        b'"content_block":{"type":"server_tool_use","id":"s","name":"web_search","input":{}}}\n\n',
        b'event: x_new\ndata: {"type":"x_new"}\n\nevent: message_delta\ndata: {"type":"message_delta",'
        b'"delta":{"stop_reason":"pause_turn"},"usage":{"output_tokens":5}}\n\n',
        b'event: message_stop\ndata: {"type":"message_stop"}\n\n',
    ]
    fakes["anthropic"].always(behaviours.chunks(parts))
    answer = post_message(gateway, {**HELLO, "model": "anthropic/m", "stream": True}, **{"x-request-id": "passed"})
    assert answer.content == b"".join(parts)
    row = gateway.row("passed")
    assert (row["dialect"], row["prompt_tokens"], row["completion_tokens"]) == ("anthropic-messages", 3, 5)


# Counting


def test_tokens_are_counted_by_who_can_and_else_estimated(sdk, gateway, fakes):
    def by_path(exchange):
        if exchange.path.endswith("/count_tokens"):
            return behaviours.body(b'{"input_tokens": 14}')
        if exchange.path.endswith("/count-tokens"):
            return behaviours.body(b'{"inputTokens": 27}')
        return behaviours.body(b'{"totalTokens": 31}') if exchange.path.endswith(":countTokens") else None

    for fake in fakes.values():
        fake.decide = by_path
    try:
        told = {}
        for wire in WIRES:
            before = len(fakes[wire].exchanges)
            raw = sdk.messages.with_raw_response.count_tokens(
                model=f"{wire}/m", messages=[user("hello there")], extra_headers={"x-request-id": f"count-{wire}"}
            )
            told[wire] = (raw.parse().input_tokens, raw.headers.get("x-switchyard-estimated"))
            row = gateway.row(f"count-{wire}")
            assert (row["prompt_tokens"], row["completion_tokens"], row["cost_usd"]) == (0, 0, "0")
            assert len(fakes[wire].exchanges) - before == (0 if told[wire][1] else 1)
        assert (told["anthropic"], told["gemini"], told["converse"]) == ((14, None), (31, None), (27, None))
        for wire in ("openai", "ollama"):
            assert 1 <= told[wire][0] <= 20 and told[wire][1] == "true"
    finally:
        for fake in fakes.values():
            fake.decide = None


def test_a_provider_that_does_not_count_is_estimated_for(make_gateway, make_fake):
    gateway = make_gateway({"providers": {"up": provider(make_fake("anthropic", behaviours.error(404)))}})
    with gateway.anthropic_sdk() as sdk:
        raw = sdk.messages.with_raw_response.count_tokens(model="up/m", messages=[user("hello there")])
    assert 1 <= raw.parse().input_tokens <= 20 and raw.headers["x-switchyard-estimated"] == "true"


# Models and the wish for errors


def test_models_are_listed_and_retrieved(gateway, sdk):
    models = list(sdk.models.list())
    assert {"openai/m", "anthropic/m", "demo/echo"} <= {model.id for model in models}
    assert all(model.type == "model" and model.display_name and model.created_at for model in models)
    assert {model.id for model in sdk.models.list(limit=2)} == {model.id for model in models}, "pages are turned"
    assert sdk.models.retrieve("openai/m").id == "openai/m"
    with pytest.raises(anthropic.NotFoundError):
        sdk.models.retrieve("openai/nothing")
    with pytest.raises(anthropic.BadRequestError):
        sdk.models.list(limit=5000)
    plain = gateway.http.get("/v1/models", headers={"authorization": f"Bearer {gateway.admin_token}"}).json()
    assert plain["object"] == "list", "without a version it is OpenAI's list"


def test_what_cannot_be_said_is_told_or_refused_as_the_caller_wishes(gateway, fakes):
    for fake in fakes.values():
        fake.always(Answer())
    body = {**HELLO, "model": "openai/m", "top_k": 5}
    assert post_message(gateway, body).headers["x-switchyard-dropped-params"] == "top_k"
    asked = len(fakes["openai"].exchanges)
    refused = post_message(gateway, body, **{"x-switchyard-on-unsupported": "error"})
    assert refused.status_code == 400 and "top_k" in refused.json()["error"]["message"]
    assert len(fakes["openai"].exchanges) == asked, "nobody was asked"
    assert post_message(gateway, {**body, "model": "ollama/m"}, **{"x-switchyard-on-unsupported": "error"}).status_code == 200
    assert post_message(gateway, body, **{"x-switchyard-on-unsupported": "perhaps"}).status_code == 400
    chat = gateway.chat("anthropic/m", seed=7, headers={"x-switchyard-on-unsupported": "error"})
    assert chat.status_code == 400 and chat.json()["error"]["param"] == "seed"
    assert gateway.chat("anthropic/m", seed=7, headers={"x-switchyard-on-unsupported": "drop"}).status_code == 200


def test_the_demo_provider_answers_in_this_dialect(sdk):
    message = sdk.messages.create(model="demo/echo", max_tokens=9, messages=[user("anyone there?")])
    assert message.content[0].text == "anyone there?"
