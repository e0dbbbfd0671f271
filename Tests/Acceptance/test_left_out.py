"""What another wire cannot say is told, in a header that nobody can write anything else into."""

import json

import pytest

from configs import provider, rotation, user
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


def test_who_wants_all_of_it_said_gets_the_candidate_that_can_be_told(make_gateway, make_fake):
    """Anthropic has no words for a seed, Ollama none for a bias. What nobody was asked costs no attempt."""
    fakes = {name: make_fake(name) for name in ("anthropic", "openai", "ollama")}
    config = {
        "providers": {name: provider(fake) for name, fake in fakes.items()},
        "rotations": {
            "r": rotation(("anthropic", "m"), ("openai", "m"), max_attempts=1),
            "none": rotation(("anthropic", "m"), ("ollama", "m"), max_attempts=1),
        },
    }
    gateway = make_gateway(config)
    wish = {"x-switchyard-on-unsupported": "error"}
    answer = gateway.chat("rotation/r", seed=7, headers=wish)
    assert answer.status_code == 200 and answer.headers["x-switchyard-provider"] == "openai"
    assert not fakes["anthropic"].exchanges and fakes["openai"].exchanges[-1].json["seed"] == 7
    assert gateway.chat("rotation/r", seed=7).headers["x-switchyard-provider"] == "anthropic", "as nobody minds"
    refused = gateway.chat("rotation/none", logit_bias={"5": 1}, headers=wish)
    assert refused.status_code == 400 and refused.json()["error"]["param"] == "logit_bias"
    assert len(fakes["anthropic"].exchanges) == 1 and not fakes["ollama"].exchanges


SEALED = {"type": "reasoning", "summary": [{"type": "summary_text", "text": "hm"}], "encrypted_content": "gAAAAABsealed"}


def test_thinking_that_an_account_cannot_open_goes_to_the_one_that_can(make_gateway, make_fake):
    says = "The encrypted content for item rs_1 could not be verified."
    other = make_fake("responses", default=behaviours.error(400, says, "invalid_encrypted_content"))
    owner = make_fake("responses")
    config = {
        "providers": {"other": provider(other, wire="responses"), "owner": provider(owner, wire="responses")},
        "rotations": {"r": rotation(("other", "m"), ("owner", "m"))},
    }
    gateway = make_gateway(config)
    body = {"model": "rotation/r", "input": [user("q"), SEALED, user("and?")], "store": False}
    answer = gateway.post(body, path="/v1/responses")
    assert answer.status_code == 200 and answer.headers["x-switchyard-provider"] == "owner", answer.text
    assert owner.exchanges[-1].json["input"][1]["encrypted_content"] == "gAAAAABsealed"
    refused = gateway.post({**body, "model": "other/m"}, path="/v1/responses")
    assert refused.status_code == 400 and says in refused.json()["error"]["message"]


@pytest.mark.parametrize("wire", ["anthropic", "gemini"])
def test_what_openai_has_sealed_is_sent_to_nobody_else(make_gateway, make_fake, wire):
    fake = make_fake(wire)
    gateway = make_gateway({"providers": {"up": provider(fake)}})
    body = {"model": "up/m", "input": [user("q"), SEALED, {"role": "assistant", "content": "a"}, user("and?")]}
    answer = gateway.post(body, path="/v1/responses")
    assert answer.status_code == 200, answer.text
    assert b"gAAAAABsealed" not in fake.exchanges[-1].body
    assert "input.encrypted_content" in answer.headers["x-switchyard-dropped-params"]
