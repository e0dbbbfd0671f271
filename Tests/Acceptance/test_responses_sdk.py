"""The official OpenAI SDK's Responses and legacy completions, with providers that speak Responses and others."""

import json

import httpx
import openai
import pydantic
import pytest

from configs import provider
from fakes import Answer, ToolCall, behaviours

TOOLS = [{"type": "function", "name": "weather", "parameters": {"type": "object"}, "strict": False}]
CALLS = (ToolCall("call_a", "weather", '{"city":"Oslo"}'), ToolCall("call_b", "weather", '{"city":"Rome","day":2}'))
WIRES = ["openai", "anthropic", "gemini", "responses"]
streamed = pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])


@pytest.fixture(scope="module")
def fakes(module_fake):
    return {name: module_fake(name) for name in WIRES}


@pytest.fixture(scope="module")
def gateway(module_gateway, fakes):
    providers = {name: provider(fake) for name, fake in fakes.items()}
    providers["responses"]["wire"] = "responses"
    return module_gateway({"providers": providers})


@pytest.fixture(scope="module")
def sdk(gateway):
    with gateway.sdk() as client:
        yield client


@pytest.fixture(params=WIRES)
def wire(request, fakes):
    fakes[request.param].always(Answer())
    return request.param


def respond(sdk, wire, stream, **fields):
    """Asks, and gathers a stream by the SDK's own rules; its events must be numbered without a gap."""
    ask = {"model": f"{wire}/m", "input": "hi", **fields}
    if not stream:
        return sdk.responses.create(**ask), []
    with sdk.responses.stream(**ask) as events:
        seen = list(events)
        final = events.get_final_response()
    assert [event.sequence_number for event in seen] == list(range(len(seen)))
    return final, [event.type for event in seen]


@streamed
def test_text_usage_and_names_arrive(sdk, wire, stream, fakes):
    fakes[wire].always(Answer(text="Grüße, 世界 👋 done"))
    answer, types = respond(sdk, wire, stream, instructions="Be brief.")
    assert answer.output_text == "Grüße, 世界 👋 done"
    assert (answer.status, answer.object, answer.model) == ("completed", "response", "m")
    assert (answer.usage.input_tokens, answer.usage.output_tokens) == (11, 7)
    assert answer.id.startswith("resp_")
    assert "Be brief." in fakes[wire].last.body.decode()
    if stream:
        assert types[:2] == ["response.created", "response.in_progress"] and types[-1] == "response.completed"
        assert types.count("response.output_text.delta") >= 4


@streamed
def test_a_loop_of_tools_takes_the_thinking_back_unchanged(sdk, wire, stream, fakes):
    signature = "RXEtc2lnbmVkLWJ5LXRoZS1wcm92aWRlcisvPT0="
    fakes[wire].always(Answer(text="", thinking="hmm", signature=signature, tools=CALLS))
    answer, _ = respond(sdk, wire, stream, tools=TOOLS, reasoning={"effort": "high"})
    calls = [item for item in answer.output if item.type == "function_call"]
    assert [call.name for call in calls] == [call.name for call in CALLS]
    if wire != "gemini":  # whose calls have no ids
        assert [call.call_id for call in calls] == [call.id for call in CALLS]
    assert [json.loads(call.arguments) for call in calls] == [json.loads(call.arguments) for call in CALLS]
    thought = next(item for item in answer.output if item.type == "reasoning" and item.summary)
    assert thought.summary[0].text == "hmm"

    results = [{"type": "function_call_output", "call_id": call.call_id, "output": "mild"} for call in calls]
    turn = [{"role": "user", "content": "hi"}, *[item.model_dump(exclude_none=True) for item in answer.output], *results]
    fakes[wire].always(Answer(text="mild"))
    again, _ = respond(sdk, wire, stream, input=turn, tools=TOOLS, reasoning={"effort": "high"})
    assert again.output_text == "mild"
    sent = fakes[wire].last.body.decode()
    assert sent.count("Oslo") == 1 and sent.count("Rome") == 1 and sent.count("mild") == 2
    if wire != "openai":
        assert signature in sent


class City(pydantic.BaseModel):
    name: str
    people: int


def test_structured_output_is_parsed_into_the_callers_type(sdk, fakes, wire):
    fakes[wire].always(Answer(text='{"name":"Oslo","people":700000}'))
    answer = sdk.responses.parse(model=f"{wire}/m", input="city?", text_format=City)
    assert answer.output_parsed == City(name="Oslo", people=700000)
    assert "people" in fakes[wire].last.body.decode()


@streamed
def test_an_answer_that_was_cut_by_its_limit_is_incomplete(sdk, fakes, wire, stream):
    fakes[wire].always(Answer(finish="length"))
    ask = {"model": f"{wire}/m", "input": "hi", "max_output_tokens": 16}
    if stream:
        last = list(sdk.responses.create(**ask, stream=True))[-1]
        assert last.type == "response.incomplete"
        answer = last.response
    else:
        answer = sdk.responses.create(**ask)
    assert (answer.status, answer.incomplete_details.reason) == ("incomplete", "max_output_tokens")


def test_same_format_passes_through_byte_for_byte(gateway, fakes):
    fakes["responses"].always(Answer(text="as it was", extra={"odd": [1e2, None]}))
    body = '{ "input":[ {"type":"item_reference","id":"msg_1"} ], "model" : "responses/m", "store":true, "odd" : 1.0 }'
    answer = gateway.post(body, path="/v1/responses")
    exchange = fakes["responses"].last
    assert exchange.body.decode() == body.replace("responses/m", "m") and exchange.path.endswith("/responses")
    assert answer.json()["odd"] == [100.0, None] and "x-switchyard-dropped-params" not in answer.headers


@pytest.mark.parametrize("field", [{"previous_response_id": "resp_1"}, {"conversation": "conv_1"}, {"background": True}])
def test_what_only_a_provider_of_responses_keeps_is_asked_of_none_else(sdk, gateway, fakes, field):
    fakes["responses"].always(Answer())
    assert sdk.responses.create(model="responses/m", input="hi", **field).output_text == Answer().text
    before = len(fakes["openai"].exchanges)
    with pytest.raises(openai.BadRequestError) as caught:
        sdk.responses.create(model="openai/m", input="hi", **field)
    assert caught.value.param == next(iter(field)) and caught.value.code == "unsupported_parameter"
    assert len(fakes["openai"].exchanges) == before


def test_what_another_wire_cannot_hear_is_named_or_refused_on_demand(gateway):
    body = {"model": "anthropic/m", "input": "hi", "store": True, "tools": [{"type": "web_search"}]}
    answer = gateway.post(body, path="/v1/responses")
    assert answer.status_code == 200
    assert set(answer.headers["x-switchyard-dropped-params"].split(",")) >= {"store", "tools.web_search"}
    refused = gateway.post(body, path="/v1/responses", headers={"x-switchyard-on-unsupported": "error"})
    assert refused.status_code == 400 and "tools.web_search" in refused.json()["error"]["message"]


ERRORS = {
    "unknown model": ("openai/nothing", None, openai.NotFoundError),
    "provider says 400": ("up/m", behaviours.error(400, "Bad temperature."), openai.BadRequestError),
    "provider says 429": ("up/m", behaviours.error(429, "Slow down."), openai.RateLimitError),
    "provider says 500": ("up/m", behaviours.error(500, "Oops."), openai.InternalServerError),
}


@streamed
@pytest.mark.parametrize("name", ERRORS)
@pytest.mark.parametrize("upstream", ["openai", "responses"])
def test_errors_are_the_sdks_typed_exceptions(make_gateway, make_fake, name, stream, upstream):
    model, behaviour, kind = ERRORS[name]
    up = provider(make_fake(upstream, behaviour or behaviours.answer(Answer())))
    up["wire"] = "responses" if upstream == "responses" else "chat"
    with make_gateway({"providers": {"up": up}}).sdk() as sdk, pytest.raises(kind) as caught:
        sdk.responses.create(model=model, input="hi", stream=stream)
    assert caught.value.request_id and set(caught.value.body) >= {"message", "type", "param", "code"}


@pytest.mark.parametrize("upstream", ["openai", "anthropic", "responses"])
def test_an_error_inside_a_stream_is_raised(make_gateway, make_fake, upstream):
    fake = make_fake(upstream, behaviours.cut(5, "broken"))
    up = provider(fake)
    if upstream == "responses":
        up["wire"] = "responses"
    seen = []
    with make_gateway({"providers": {"up": up}}).sdk() as sdk, pytest.raises((openai.APIError, httpx.HTTPError)) as caught:
        for event in sdk.responses.create(model="up/m", input="hi", stream=True):
            seen.append(event)
    assert isinstance(caught.value, openai.APIError), "the error event comes before the connection breaks"
    assert [event.sequence_number for event in seen] == list(range(len(seen))) and len(seen) >= 3


def test_an_error_event_of_the_provider_fails_over_before_the_first_token(make_gateway, make_fake):
    failing = make_fake("responses")
    failing.always(behaviours.chunks([failing.wire.stream_error("boom")]))
    first, second = provider(failing), provider(make_fake("responses", behaviours.answer(Answer(text="from two"))))
    first["wire"] = second["wire"] = "responses"
    members = [{"provider_id": name, "models": [{"name": "m"}]} for name in ("one", "two")]
    config = {
        "providers": {"one": first, "two": second},
        "rotations": {"r": {"strategy": "priority", "providers": members}},
    }
    with make_gateway(config).sdk() as sdk:
        answer, _ = respond(sdk, "rotation", True, model="rotation/r")
    assert answer.output_text == "from two"


def test_no_response_is_kept(sdk, gateway):
    for ask in (sdk.responses.retrieve, sdk.responses.delete, sdk.responses.cancel):
        with pytest.raises(openai.NotFoundError, match="keeps no responses"):
            ask("resp_1")
    with pytest.raises(openai.NotFoundError):
        list(sdk.responses.input_items.list("resp_1"))
    assert gateway.http.get("/v1/responses/resp_1").status_code == 401
    assert gateway.http.get("/v1/responses").status_code == 405


def test_input_tokens_are_counted_or_estimated(sdk, fakes):
    fakes["responses"].always(Answer())
    assert sdk.responses.input_tokens.count(model="responses/m", input="hi").input_tokens == 11
    assert fakes["responses"].last.path.endswith("/responses/input_tokens")
    before = len(fakes["openai"].exchanges)
    counted = sdk.responses.input_tokens.count(model="openai/m", input="word " * 100)
    assert counted.object == "response.input_tokens" and 50 < counted.input_tokens < 250
    assert len(fakes["openai"].exchanges) == before


def test_a_chat_client_reaches_a_provider_of_responses(sdk, fakes):
    fakes["responses"].always(Answer(text="", thinking="hmm", signature="c2VhbGVk", tools=CALLS))
    ask = {"model": "responses/m", "messages": [{"role": "user", "content": "hi"}]}
    tools = [{"type": "function", "function": {"name": "weather", "parameters": {"type": "object"}}}]
    message = sdk.chat.completions.create(**ask, tools=tools).choices[0].message
    assert [call.function.arguments for call in message.tool_calls] == [call.arguments for call in CALLS]
    assert message.reasoning_content == "hmm"
    sent = fakes["responses"].last.json
    assert sent["tools"][0]["name"] == "weather" and sent["store"] is False
    with sdk.chat.completions.stream(**ask, tools=tools) as stream:
        final = stream.get_final_completion().choices[0]
    assert final.finish_reason == "tool_calls"
    assert [call.function.arguments for call in final.message.tool_calls] == [call.arguments for call in CALLS]


# Legacy completions


def test_a_completion_goes_on_with_the_text(sdk, fakes, wire):
    fakes[wire].always(Answer(text=" upon a time"))
    answer = sdk.completions.create(model=f"{wire}/m", prompt="Once", max_tokens=20, echo=True)
    assert (answer.object, answer.choices[0].text) == ("text_completion", "Once upon a time")
    assert answer.choices[0].finish_reason == "stop" and answer.usage.total_tokens == 18
    assert "Once" in fakes[wire].last.body.decode()


def test_a_completion_streams(sdk, fakes, wire):
    fakes[wire].always(Answer(text="upon a time", finish="length"))
    chunks = list(sdk.completions.create(model=f"{wire}/m", prompt="Once", stream=True))
    assert "".join(chunk.choices[0].text for chunk in chunks if chunk.choices) == "upon a time"
    assert chunks[-1].choices[0].finish_reason == "length"
    assert all(chunk.object == "text_completion" for chunk in chunks)


def test_several_prompts_are_refused_with_what_to_do(sdk):
    with pytest.raises(openai.BadRequestError, match="a request for each") as caught:
        sdk.completions.create(model="openai/m", prompt=["a", "b"])
    assert caught.value.param == "prompt"
