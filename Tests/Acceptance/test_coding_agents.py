"""What coding agents send through Anthropic's beta surface: `?beta=true`, beta headers, a bearer, cached system blocks, thinking
between tool calls, context management. On each wire, as Claude Code does it."""

import json

import anthropic
import pytest

from configs import provider
from fakes import WIRES, Answer, ToolCall, Usage, behaviours
from readings import read

BETAS = ["claude-code-20250219", "interleaved-thinking-2025-05-14", "fine-grained-tool-streaming-2025-05-14"]
HEADERS = {"x-app": "cli", "user-agent": "claude-cli/2.1.0 (external, cli)", "anthropic-dangerous-direct-browser-access": "true"}
CACHED = {"cache_control": {"type": "ephemeral"}}
SYSTEM = [
    {"type": "text", "text": "You are a coding agent.", **CACHED},
    {"type": "text", "text": "Work in /home/ann/project.", **CACHED},
]
BASH = {
    "name": "Bash",
    "description": "Runs a command.",
    "input_schema": {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "type": "object",
        "properties": {"command": {"type": "string"}, "timeout": {"type": "number"}},
        "required": ["command"],
        "additionalProperties": False,
    },
}
READ = {
    "name": "Read",
    "description": "Reads a file.",
    "input_schema": {"type": "object", "properties": {"file_path": {"type": "string"}}, "required": ["file_path"]},
    **CACHED,
}
CALLS = (ToolCall("call_a", "Bash", '{"command":"git status"}'), ToolCall("call_b", "Read", '{"file_path":"/etc/hosts"}'))
USER_ID = "user_" + "a" * 64 + "_account__session_0e8b3a52-6a0f-4d7b-9c64-1d2f3a4b5c6d"


@pytest.fixture(scope="module")
def fakes(module_fake):
    return {name: module_fake(name) for name in WIRES}


@pytest.fixture(scope="module")
def gateway(module_gateway, fakes):
    return module_gateway({"providers": {name: provider(fake) for name, fake in fakes.items()}})


@pytest.fixture(scope="module")
def agent(gateway):
    """A bearer in place of the key, as ANTHROPIC_AUTH_TOKEN makes it."""
    settings = {"base_url": gateway.url, "auth_token": gateway.admin_token, "default_headers": HEADERS}
    with anthropic.Anthropic(**settings, max_retries=0, timeout=60) as client:
        yield client


@pytest.fixture(params=list(WIRES))
def wire(request, fakes):
    fakes[request.param].always(Answer())
    return request.param


def prompt(text: str) -> dict:
    reminder = {"type": "text", "text": "<system-reminder>Be brief.</system-reminder>"}
    return {"role": "user", "content": [reminder, {"type": "text", "text": text, **CACHED}]}


def turn(agent, wire, messages, **fields):
    asked = {
        "model": f"{wire}/m",
        "max_tokens": 32000,
        "system": SYSTEM,
        "tools": [BASH, READ],
        "metadata": {"user_id": USER_ID},
        "thinking": {"type": "enabled", "budget_tokens": 31999},
        "context_management": {"edits": [{"type": "clear_thinking_20251015", "keep": "all"}]},
        "betas": BETAS,
        **fields,
    }
    with agent.beta.messages.stream(messages=messages, **asked) as stream:
        return stream.get_final_message()


def test_a_loop_of_parallel_calls_and_thinking_ends_in_an_answer(agent, fakes, wire):
    fakes[wire].always(Answer(text="Let me look.", thinking="Two things.", signature="c2lnbmVk", tools=CALLS))
    first = turn(agent, wire, [prompt("what changed?")])
    calls = [block for block in first.content if block.type == "tool_use"]
    assert first.stop_reason == "tool_use"
    assert [(call.name, call.input) for call in calls] == [(call.name, json.loads(call.arguments)) for call in CALLS]

    fakes[wire].always(Answer(text="Nothing changed.", usage=Usage(prompt=50, completion=5)))
    results = [
        {"type": "tool_result", "tool_use_id": calls[0].id, "content": "nothing to commit", "is_error": False},
        {"type": "tool_result", "tool_use_id": calls[1].id, "content": [{"type": "text", "text": "127.0.0.1"}], **CACHED},
    ]
    said = {"role": "assistant", "content": [block.to_dict() for block in first.content]}
    second = turn(agent, wire, [prompt("what changed?"), said, {"role": "user", "content": results}])
    assert second.content[-1].text == "Nothing changed." and second.stop_reason == "end_turn"
    assert (second.usage.input_tokens, second.usage.output_tokens) == (50, 5)
    asked = read(wire, fakes[wire].last)
    assert "You are a coding agent." in asked.system and "/home/ann/project" in asked.system
    assert asked.calls == [(call.name, json.loads(call.arguments)) for call in CALLS]
    assert "nothing to commit" in asked.results[0] and "127.0.0.1" in asked.results[1]
    assert asked.tools["Bash"]["required"] == ["command"]


def test_anthropic_gets_it_as_it_was_sent(agent, fakes):
    fakes["anthropic"].always(Answer())
    turn(agent, "anthropic", [prompt("hi")])
    sent = fakes["anthropic"].last
    assert sent.header("anthropic-beta").split(",") == BETAS
    assert sent.json["system"] == SYSTEM and sent.json["tools"] == [BASH, READ]
    assert sent.json["context_management"]["edits"][0]["type"] == "clear_thinking_20251015"
    assert sent.json["metadata"] == {"user_id": USER_ID}
    assert sent.header("authorization") is None and sent.header("x-api-key")


def test_the_first_small_request_that_looks_for_a_quota_is_answered(agent, fakes, wire):
    message = agent.beta.messages.create(
        model=f"{wire}/m", max_tokens=1, messages=[{"role": "user", "content": "quota"}], metadata={"user_id": USER_ID}
    )
    assert message.content[0].text == Answer().text


def test_tokens_are_counted_before_the_turn(agent, fakes, wire):
    def count(exchange):
        told = {
            "/count_tokens": b'{"input_tokens": 14}',
            ":countTokens": b'{"totalTokens": 14}',
            "/count-tokens": b'{"inputTokens": 14}',
        }
        return next((behaviours.body(body) for end, body in told.items() if exchange.path.endswith(end)), None)

    fakes[wire].decide = count
    try:
        counted = agent.beta.messages.count_tokens(
            model=f"{wire}/m", messages=[prompt("hi")], system=SYSTEM, tools=[BASH, READ], betas=["token-counting-2024-11-01"]
        )
    finally:
        fakes[wire].decide = None
    assert counted.input_tokens == 14 if wire in ("anthropic", "gemini", "converse") else counted.input_tokens > 14


def test_what_is_marked_for_the_cache_is_no_reason_to_refuse(gateway, agent, fakes):
    """Marks and context management are hints: other wires answer without them, and only say so."""
    fakes["openai"].always(Answer())
    raw = agent.beta.messages.with_raw_response.create(
        model="openai/m", max_tokens=99, messages=[prompt("hi")], system=SYSTEM, tools=[BASH, READ],
        context_management={"edits": [{"type": "clear_tool_uses_20250919"}]}, betas=BETAS,
    )  # fmt: skip
    assert raw.parse().content[0].text == Answer().text
    assert "context_management" in raw.headers["x-switchyard-dropped-params"]
    assert "system" not in raw.headers["x-switchyard-dropped-params"].split(",")


def test_an_overloaded_provider_is_an_error_that_agents_wait_for(make_gateway, make_fake):
    gateway = make_gateway({"providers": {"up": provider(make_fake("openai", behaviours.error(503)))}})
    settings = {"base_url": gateway.url, "auth_token": gateway.admin_token, "max_retries": 0}
    with anthropic.Anthropic(**settings) as client, pytest.raises(anthropic.InternalServerError) as caught:
        turn(client, "up", [prompt("hi")])
    assert caught.value.body["error"]["type"] == "overloaded_error"
