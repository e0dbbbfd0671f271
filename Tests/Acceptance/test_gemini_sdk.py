"""The official google-genai SDK against the gateway, with an upstream of every wire."""

import base64
import dataclasses
import json

import pydantic
import pytest
from google import genai
from google.genai import errors, types

from configs import provider
from fakes import Answer, ToolCall, Usage
from readings import read

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8Dwn4EIAAAzAwH/y8rYJwAAAABJRU5ErkJggg=="
)
CALLS = (ToolCall("call_a", "weather", '{"city":"Oslo"}'), ToolCall("call_b", "weather", '{"city":"Rome"}'))
DECLARATION = types.FunctionDeclaration(
    name="weather",
    description="Tells it.",
    parameters=types.Schema(
        type="OBJECT",
        properties={"city": types.Schema(type="STRING"), "day": types.Schema(type="INTEGER", nullable=True)},
        required=["city"],
    ),
)
TOOLS = [types.Tool(function_declarations=[DECLARATION])]

WIRES = ["openai", "anthropic", "gemini", "ollama"]  # those of conversations


def make_client(gateway, token: str | None = None, base: str = "", **options) -> genai.Client:
    http = types.HttpOptions(base_url=gateway.url + base, timeout=30_000, **options)
    return genai.Client(api_key=token or gateway.admin_token, http_options=http)


@pytest.fixture(scope="module")
def fakes(module_fake):
    return {name: module_fake(name) for name in WIRES}


@pytest.fixture(scope="module")
def gateway(module_gateway, fakes):
    return module_gateway({"providers": {name: provider(fake, "m", "lost") for name, fake in fakes.items()}})


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
    finish: str | None = None
    usage: object = None
    parts: list = dataclasses.field(default_factory=list)


def tell(client, wire, streamed, contents="hi", model="m", **config) -> Told:
    """Asks and gathers, whole or streamed, into the same shape."""
    ask = {"model": f"{wire}/{model}", "contents": contents, "config": types.GenerateContentConfig(**config)}
    ask["config"].automatic_function_calling = types.AutomaticFunctionCallingConfig(disable=True)
    models = client.models
    answers = list(models.generate_content_stream(**ask)) if streamed else [models.generate_content(**ask)]
    told = Told()
    for answer in answers:
        told.usage = answer.usage_metadata or told.usage
        for candidate in answer.candidates or []:
            told.finish = candidate.finish_reason.name if candidate.finish_reason else told.finish
            for part in (candidate.content.parts if candidate.content else None) or []:
                told.parts.append(part)
                if part.function_call:
                    told.calls.append((part.function_call.name, part.function_call.args))
                elif part.thought:
                    told.thinking += part.text or ""
                else:
                    told.text += part.text or ""
    return told


streamed = pytest.mark.parametrize("streamed", [False, True], ids=["whole", "streamed"])


@streamed
def test_text_system_and_settings_reach_the_model(client, fakes, wire, streamed):
    fakes[wire].always(Answer(text="Grüße, 世界 👋 done"))
    contents = [
        types.UserContent("first"),
        types.ModelContent("second"),
        types.UserContent("third ✓"),
    ]
    told = tell(
        client, wire, streamed, contents,
        system_instruction="Be brief.", temperature=0.5, max_output_tokens=77, stop_sequences=["END"],
    )
    assert (told.text, told.finish) == ("Grüße, 世界 👋 done", "STOP")
    asked = read(wire, fakes[wire].last)
    assert asked.system == "Be brief."
    assert asked.turns == [("user", "first"), ("assistant", "second"), ("user", "third ✓")]
    assert (asked.temperature, asked.max_tokens, asked.stop) == (0.5, 77, ["END"])


@pytest.mark.parametrize("base", ["", "/api", "/api/user", "/api/u/admin"])
def test_every_base_path_reaches_the_same_pipeline(gateway, fakes, base):
    fakes["openai"].always(Answer(text=f"from {base}"))
    client = make_client(gateway, base=base)
    assert client.models.generate_content(model="openai/m", contents="hi").text == f"from {base}"
    assert "models/openai/m" in {model.name for model in client.models.list()}


@pytest.mark.parametrize("path", ["/v1beta/models/openai%2Fm", "/v1/models/openai/m", "/v1beta/models/openai/m"])
def test_model_names_work_raw_and_escaped_and_the_key_in_the_query(gateway, fakes, path):
    fakes["openai"].always(Answer(text="here"))
    body = {"contents": {"parts": {"text": "hi"}}}
    answer = gateway.http.post(f"{path}:generateContent", params={"key": gateway.admin_token}, json=body)
    assert answer.status_code == 200, answer.text
    assert answer.json()["candidates"][0]["content"]["parts"] == [{"text": "here"}]
    assert fakes["openai"].last.json["messages"] == [{"role": "user", "content": "hi"}]


def test_without_alt_sse_a_stream_is_one_json_array(gateway, fakes, wire):
    fakes[wire].always(Answer(text="one two three"))
    answer = gateway.post({"contents": [{"parts": [{"text": "hi"}]}]}, path=f"/v1beta/models/{wire}/m:streamGenerateContent")
    assert answer.headers["content-type"].startswith("application/json")
    chunks = answer.json()
    assert isinstance(chunks, list) and len(chunks) > 1
    parts = [part for chunk in chunks for part in chunk["candidates"][0].get("content", {}).get("parts", [])]
    assert "".join(part["text"] for part in parts) == "one two three"
    assert chunks[-1]["candidates"][0]["finishReason"] == "STOP"


def test_the_same_format_passes_untouched(gateway, fakes):
    fake = fakes["gemini"].always(Answer())
    odd = b'{ "contents":[ {"parts":[{"text":"\\u00e9"}], "role":"user"} ],"generationConfig":{"temperature":0.70},"x":1.50 }'
    answer = gateway.post(odd, path="/v1beta/models/gemini/m:generateContent")
    assert fake.last.body == odd
    assert answer.content == fake.wire.whole(Answer(), fake.last)
    answer = gateway.post(odd, path="/v1beta/models/gemini/m:streamGenerateContent?alt=sse")
    assert fake.last.target == "/v1beta/models/m:streamGenerateContent?alt=sse"
    assert answer.content == b"".join(fake.wire.events(Answer(), fake.last))


def test_images_reach_the_model(client, fakes, wire):
    contents = ["what is it?", types.Part.from_bytes(data=PIXEL, mime_type="image/png")]
    tell(client, wire, False, contents)
    asked = read(wire, fakes[wire].last)
    assert [base64.b64decode(data, altchars=b"-_") for _, data in asked.images] == [PIXEL]
    if wire != "gemini":
        assert [data for _, data in asked.images] == [base64.b64encode(PIXEL).decode()], "the alphabet others read"
    assert asked.turns == [("user", "what is it?")]


@streamed
def test_parallel_tool_calls_keep_names_order_and_arguments(client, fakes, wire, streamed):
    fakes[wire].always(Answer(text="", tools=CALLS))
    told = tell(client, wire, streamed, tools=TOOLS)
    assert told.calls == [(call.name, json.loads(call.arguments)) for call in CALLS]
    assert told.finish == "STOP"
    schema = read(wire, fakes[wire].last).tools["weather"]
    assert schema["required"] == ["city"]
    if wire != "gemini":
        assert schema["properties"] == {"city": {"type": "string"}, "day": {"type": ["integer", "null"]}}


@streamed
def test_tool_results_go_back_to_their_calls(client, fakes, wire, streamed):
    fakes[wire].always(Answer(text="", tools=CALLS))
    told = tell(client, wire, streamed, "weather?", tools=TOOLS)
    results = [
        types.Part(function_response=types.FunctionResponse(id=part.function_call.id, name="weather", response={"output": mild}))
        for part, mild in zip([part for part in told.parts if part.function_call], ["cold", "warm"])
    ]
    turns = [types.UserContent("weather?"), types.Content(role="model", parts=told.parts), types.Content(role="user", parts=results)]
    fakes[wire].always(Answer(text="mild"))
    assert tell(client, wire, False, turns, tools=TOOLS).text == "mild"
    said = json.dumps(fakes[wire].last.json)
    assert said.index("Oslo") < said.index("Rome") < said.index("cold") < said.index("warm")
    if wire in ("openai", "anthropic"):
        assert said.count("call_a") == 2 and said.count("call_b") == 2, "a call's id and its result's are the upstream's own"


@pytest.mark.parametrize("wire", ["openai", "anthropic", "gemini"])
def test_tool_choices_are_told(client, fakes, wire):
    config = types.ToolConfig(function_calling_config=types.FunctionCallingConfig(mode="ANY", allowed_function_names=["weather"]))
    tell(client, wire, False, tools=TOOLS, tool_config=config)
    said = json.dumps({key: value for key, value in fakes[wire].last.json.items() if key.startswith("tool") and key != "tools"})
    assert "weather" in said


class City(pydantic.BaseModel):
    name: str
    people: int


def test_structured_output_is_parsed_into_the_callers_type(client, fakes, wire):
    if wire == "anthropic":
        fakes[wire].always(Answer(text="", tools=(ToolCall("toolu_1", "switchyard_answer", '{"name":"Oslo","people":7}'),)))
    else:
        fakes[wire].always(Answer(text='{"name":"Oslo","people":7}'))
    config = {"response_mime_type": "application/json", "response_schema": City}
    answer = client.models.generate_content(model=f"{wire}/m", contents="city?", config=config)
    if wire != "anthropic":
        assert answer.parsed == City(name="Oslo", people=7)
    assert '"people"' in json.dumps(fakes[wire].last.json)


@streamed
def test_thinking_and_its_signature_survive_the_next_turn(client, fakes, streamed):
    wire = "anthropic"
    signature = "EuYBCkQYAiJA+/odd==not-base64?"
    fakes[wire].always(Answer(text="", thinking="hmm, well", signature=signature, tools=CALLS[:1]))
    thinks = types.ThinkingConfig(include_thoughts=True, thinking_budget=2048)
    told = tell(client, wire, streamed, "weather?", tools=TOOLS, thinking_config=thinks, max_output_tokens=4096)
    assert told.thinking == "hmm, well"
    call = told.calls and next(part for part in told.parts if part.function_call)
    result = types.Part(function_response=types.FunctionResponse(id=call.function_call.id, name="weather", response={"output": "mild"}))
    turns = [types.UserContent("weather?"), types.Content(role="model", parts=told.parts), types.Content(role="user", parts=[result])]
    fakes[wire].always(Answer(text="mild"))
    tell(client, wire, False, turns, tools=TOOLS, thinking_config=thinks, max_output_tokens=4096)
    block = fakes[wire].last.json["messages"][1]["content"][0]
    assert block == {"type": "thinking", "thinking": "hmm, well", "signature": signature}


@streamed
def test_usage_is_counted_gemini_s_way(client, fakes, wire, streamed):
    fakes[wire].always(Answer(usage=Usage(prompt=100, completion=30, cached=40, reasoning=10)))
    usage = tell(client, wire, streamed).usage
    assert (usage.prompt_token_count, usage.total_token_count) == (100, 130)
    assert usage.candidates_token_count + (usage.thoughts_token_count or 0) == 30
    if wire in ("openai", "gemini"):
        assert usage.thoughts_token_count == 10
    if wire != "ollama":
        assert usage.cached_content_token_count == 40


@streamed
@pytest.mark.parametrize("finish, word", [("stop", "STOP"), ("length", "MAX_TOKENS"), ("content_filter", "SAFETY")])
def test_finish_reasons_are_mapped_never_guessed(client, fakes, wire, streamed, finish, word):
    if (wire, finish) == ("ollama", "content_filter"):
        finish, word = "stop", "STOP"  # Ollama has no such reason
    fakes[wire].always(Answer(finish=finish))
    assert tell(client, wire, streamed).finish == word


def test_what_a_wire_cannot_say_is_reported_in_the_callers_words(gateway, fakes):
    body = {
        "contents": [{"parts": [{"text": "hi"}]}],
        "safety_settings": [{"category": "HARM_CATEGORY_HARASSMENT", "threshold": "BLOCK_NONE"}],
        "tools": [{"googleSearch": {}}],
        "generationConfig": {"topK": 5, "speechConfig": {}},
    }
    answer = gateway.post(body, path="/v1beta/models/openai/m:generateContent")
    assert answer.status_code == 200, answer.text
    dropped = set(answer.headers["x-switchyard-dropped-params"].split(","))
    assert dropped == {"safetySettings", "tools.googleSearch", "generationConfig.topK", "generationConfig.speechConfig"}


def test_cached_content_is_refused_where_it_is_unknown(gateway):
    body = {"contents": [{"parts": [{"text": "hi"}]}], "cachedContent": "cachedContents/x"}
    answer = gateway.post(body, path="/v1beta/models/openai/m:generateContent")
    assert answer.status_code == 400 and "cachedContent" in answer.json()["error"]["message"]
    assert gateway.post(body, path="/v1beta/models/gemini/m:generateContent").status_code == 200


def test_models_are_listed_and_shown_in_geminis_shape(gateway, client):
    names = {model.name for model in client.models.list(config={"page_size": 2})}
    assert {"models/openai/m", "models/gemini/m", "models/demo/echo"} <= names
    shown = client.models.get(model="openai/m")
    assert shown.name == "models/openai/m" and "generateContent" in shown.supported_actions
    with pytest.raises(errors.ClientError) as caught:
        client.models.get(model="openai/nothing")
    assert caught.value.status == "NOT_FOUND"


def test_the_row_of_a_request_names_dialect_and_operation(gateway, fakes):
    fakes["gemini"].always(Answer())
    body = {"contents": [{"parts": [{"text": "hi"}]}]}
    gateway.post(body, path="/v1beta/models/gemini/m:generateContent", headers={"x-request-id": "gemini-row"})
    row = gateway.row("gemini-row")
    assert (row["dialect"], row["endpoint"]) == ("gemini", "/models/{model}:generateContent")
    assert (row["prompt_tokens"], row["completion_tokens"], row["estimated"]) == (11, 7, False)


def test_the_demo_provider_answers_a_gemini_client(client):
    assert client.models.generate_content(model="demo/echo", contents="anyone there?").text == "anyone there?"
