"""What another wire cannot say is told, in a header that nobody can write anything else into."""

import json

import pytest

from configs import provider, user
from fakes import Answer, behaviours
from fakes.answer import ToolCall

FUNCTION = {"name": "f", "parameters": {"type": "object", "properties": {}}}


def test_a_providers_own_blocks_are_told_as_left_out(make_gateway, make_fake):
    blocks = [
        {"type": "server_tool_use", "id": "s", "name": "web_search", "input": {}},
        {"type": "web_search_tool_result\r\nx: y", "tool_use_id": "s", "content": []},
        {"type": "text", "text": "Found it."},
    ]
    whole = {"id": "a", "type": "message", "role": "assistant", "model": "m", "content": blocks}
    whole |= {"stop_reason": "end_turn", "usage": {"input_tokens": 1, "output_tokens": 2}}
    fake = make_fake("anthropic", default=behaviours.body(json.dumps(whole).encode()))
    gateway = make_gateway({"providers": {"up": provider(fake)}})
    answer = gateway.chat("up/m", headers={"x-request-id": "left-out"})
    assert answer.json()["choices"][0]["message"]["content"] == "Found it."
    assert answer.headers["x-switchyard-dropped-params"] == "answer.server_tool_use,?"
    assert "x" not in answer.headers
    assert "answer.server_tool_use" in gateway.row("left-out")["dropped_params"]
    assert gateway.chat("up/m", stream=True, headers={"x-request-id": "streamed"}).status_code == 200
    assert "answer.server_tool_use" in gateway.row("streamed")["dropped_params"]


@pytest.mark.parametrize("name", ["x\r\nset-cookie: a=b", "x\r\n\r\nHTTP/1.1 200 OK", "a,b", "\u0000", "\u00e9"])
def test_a_fields_name_writes_no_header(make_gateway, make_fake, name):
    gateway = make_gateway({"providers": {"up": provider(make_fake("anthropic"))}})
    answer = gateway.post({"model": "up/m", "messages": [user("q")], name: 1, "odd_field": 1})
    assert answer.status_code == 200
    assert answer.headers["x-switchyard-dropped-params"].split(",") in (["odd_field", "?"], ["?", "odd_field"])
    assert "set-cookie" not in answer.headers


def test_more_unknown_fields_than_anybody_needs(make_gateway, make_fake):
    gateway = make_gateway({"providers": {"up": provider(make_fake("anthropic"))}})
    some = {f"field_{number}": 1 for number in range(900)}
    answer = gateway.post({"model": "up/m", "messages": [user("q")], **some})
    assert answer.status_code == 200
    assert len(answer.headers["x-switchyard-dropped-params"]) < 8192
    many = {f"field_{number}": 1 for number in range(100_000)}
    answer = gateway.post({"model": "up/m", "messages": [user("q")], **many})
    assert answer.status_code == 400 and answer.json()["error"]["code"] == "too_many_fields"


@pytest.mark.parametrize("wire", ["anthropic", "gemini", "ollama"])
def test_a_caller_that_knows_functions_gets_a_function_call(make_gateway, make_fake, wire):
    fake = make_fake(wire, default=behaviours.answer(Answer(text="", tools=(ToolCall("c", "f", '{"a":1}'),))))
    gateway = make_gateway({"providers": {"up": provider(fake)}})
    sdk = gateway.sdk()
    asked = {"model": "up/m", "messages": [user("q")], "functions": [FUNCTION]}
    whole = sdk.chat.completions.create(**asked).choices[0]
    assert whole.finish_reason == "function_call" and not whole.message.tool_calls
    assert whole.message.function_call.name == "f" and json.loads(whole.message.function_call.arguments) == {"a": 1}
    choices = [chunk.choices[0] for chunk in sdk.chat.completions.create(**asked, stream=True) if chunk.choices]
    calls = [choice.delta.function_call for choice in choices if choice.delta.function_call]
    assert [call.name for call in calls if call.name] == ["f"]
    assert json.loads("".join(call.arguments or "" for call in calls)) == {"a": 1}
    assert choices[-1].finish_reason == "function_call"
