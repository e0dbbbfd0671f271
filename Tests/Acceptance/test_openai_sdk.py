"""The official OpenAI SDK against the gateway, with an OpenAI-compatible upstream."""

import json

import httpx
import openai
import pydantic
import pytest

from configs import provider, user
from fakes import Answer, ToolCall, behaviours

TOOLS = [{"type": "function", "function": {"name": "weather", "parameters": {"type": "object"}}}]
CALLS = (ToolCall("call_a", "weather", '{"city":"Oslo"}'), ToolCall("call_b", "weather", '{"city":"Rome","day":2}'))


@pytest.fixture(scope="module")
def fake(module_fake):
    return module_fake()


@pytest.fixture(scope="module")
def gateway(module_gateway, fake):
    # A model of its own for each failure, so that no cooldown reaches another test.
    models = ["m", "bad", "limited", "missing", "broken", "flaky", "key", "unprocessable"]
    return module_gateway({"providers": {"up": provider(fake, *models)}})


@pytest.fixture(autouse=True)
def answer_normally(fake):
    fake.always(Answer())


@pytest.mark.parametrize("base", ["/v1", "/api/v1", "/api/user", "/api/u/admin"])
def test_every_base_path_reaches_the_same_pipeline(gateway, fake, base):
    fake.always(Answer(text=f"from {base}"))
    with gateway.sdk(base=base) as sdk:
        whole = sdk.chat.completions.create(model="up/m", messages=[user("hi")])
        assert whole.choices[0].message.content == f"from {base}"
        assert "up/m" in {model.id for model in sdk.models.list()}


def test_a_whole_answer_carries_text_usage_finish_and_request_id(gateway):
    with gateway.sdk() as sdk:
        raw = sdk.chat.completions.with_raw_response.create(
            model="up/m", messages=[user("hi")], extra_headers={"x-request-id": "caller-chose.this_1"}
        )
    whole = raw.parse()
    assert whole.choices[0].message.content == Answer().text
    assert whole.choices[0].finish_reason == "stop"
    assert (whole.usage.prompt_tokens, whole.usage.completion_tokens) == (11, 7)
    assert raw.headers["x-request-id"] == "caller-chose.this_1"
    assert raw.headers["x-switchyard-provider"] == "up"
    assert raw.headers["x-switchyard-model"] == "m"


def test_a_stream_arrives_piece_by_piece_and_ends_with_done(gateway):
    with gateway.sdk() as sdk:
        chunks = list(sdk.chat.completions.create(model="up/m", messages=[user("hi")], stream=True))
    pieces = [chunk.choices[0].delta.content for chunk in chunks if chunk.choices and chunk.choices[0].delta.content]
    assert pieces == list(Answer().text_pieces)
    assert chunks[-1].choices[0].finish_reason == "stop"
    assert all(chunk.usage is None for chunk in chunks), "usage was not asked for"


def test_usage_comes_once_when_a_stream_asks_for_it(gateway):
    with gateway.sdk() as sdk:
        options = {"include_usage": True}
        chunks = list(
            sdk.chat.completions.create(model="up/m", messages=[user("hi")], stream=True, stream_options=options)
        )
    usages = [chunk.usage for chunk in chunks if chunk.usage]
    assert [(usage.prompt_tokens, usage.completion_tokens) for usage in usages] == [(11, 7)]


def test_parallel_tool_calls_whole_and_on_the_next_turn(gateway, fake):
    fake.always(Answer(text="", tools=CALLS))
    with gateway.sdk() as sdk:
        whole = sdk.chat.completions.create(model="up/m", messages=[user("weather?")], tools=TOOLS)
        message = whole.choices[0].message
        assert [(call.id, call.function.arguments) for call in message.tool_calls] == [
            (call.id, call.arguments) for call in CALLS
        ]
        assert whole.choices[0].finish_reason == "tool_calls"
        results = [{"role": "tool", "tool_call_id": call.id, "content": "mild"} for call in message.tool_calls]
        turn = [user("weather?"), message.model_dump(exclude_none=True), *results]
        sdk.chat.completions.create(model="up/m", messages=turn, tools=TOOLS)
    assert fake.last.json["messages"] == turn


def test_parallel_tool_calls_stream_with_interleaved_arguments(gateway, fake):
    fake.always(Answer(text="", tools=CALLS))
    with gateway.sdk() as sdk:
        with sdk.chat.completions.stream(model="up/m", messages=[user("weather?")], tools=TOOLS) as stream:
            message = stream.get_final_completion().choices[0].message
    assert [(call.id, call.function.name, call.function.arguments) for call in message.tool_calls] == [
        (call.id, call.name, call.arguments) for call in CALLS
    ]


class City(pydantic.BaseModel):
    name: str
    people: int


def test_structured_output_is_parsed_into_the_callers_type(gateway, fake):
    fake.always(Answer(text='{"name":"Oslo","people":700000}'))
    with gateway.sdk() as sdk:
        parsed = sdk.chat.completions.parse(model="up/m", messages=[user("city?")], response_format=City)
    assert parsed.choices[0].message.parsed == City(name="Oslo", people=700000)
    assert fake.last.json["response_format"]["json_schema"]["schema"]["required"] == ["name", "people"]


# model asked, what the upstream does, the SDK's exception, its code
ERRORS = {
    "unknown model": ("up/nothing", None, openai.NotFoundError, "model_not_found"),
    "provider says 400": ("up/bad", behaviours.error(400, "Bad temperature."), openai.BadRequestError, None),
    "provider says 422": ("up/unprocessable", behaviours.error(422), openai.UnprocessableEntityError, None),
    "provider says 429": ("up/limited", behaviours.error(429, "Slow down."), openai.RateLimitError, None),
    "provider says 404": ("up/missing", behaviours.error(404, "No model."), openai.NotFoundError, "model_not_found"),
    "provider says 500": ("up/broken", behaviours.error(500, "Oops."), openai.InternalServerError, None),
    "our key is refused": ("up/key", behaviours.error(401, "Bad key."), openai.InternalServerError, None),
}


@pytest.mark.parametrize("name", ERRORS)
@pytest.mark.parametrize("stream", [False, True])
def test_errors_are_the_sdks_typed_exceptions(make_gateway, fake, name, stream):
    model, behaviour, kind, code = ERRORS[name]
    gateway = make_gateway({"providers": {"up": provider(fake, model.split("/")[1] if behaviour else "m")}})
    if behaviour:
        fake.always(behaviour)
    with gateway.sdk() as sdk, pytest.raises(kind) as caught:
        sdk.chat.completions.create(model=model, messages=[user("hi")], stream=stream)
    error = caught.value
    assert error.request_id
    assert set(error.body) >= {"message", "type", "param", "code"}
    assert error.body["message"]
    if code:
        assert error.code == code
    gateway.assert_no_secret_in(json.dumps(error.body), "an error")


def test_a_wrong_token_is_an_authentication_error(gateway):
    with gateway.sdk(token="sy-" + "x" * 43) as sdk, pytest.raises(openai.AuthenticationError) as caught:
        sdk.chat.completions.create(model="up/m", messages=[user("hi")])
    assert caught.value.code == "invalid_api_key"


def counting_client():
    statuses: list[int] = []
    hooks = {"response": [lambda response: statuses.append(response.status_code)]}
    return httpx.Client(event_hooks=hooks), statuses


def test_the_sdk_retries_what_may_pass_on_a_retry(gateway, fake):
    fake.answers(behaviours.error(500), behaviours.error(500))
    client, statuses = counting_client()
    with gateway.sdk(max_retries=2, http_client=client) as sdk:
        whole = sdk.chat.completions.create(model="up/flaky", messages=[user("hi")])
    assert whole.choices[0].message.content == Answer().text
    # One call is enough where the gateway itself tried the candidate again.
    assert statuses[-1] == 200 and len(statuses) <= 3 and all(status >= 500 for status in statuses[:-1])


def test_the_sdk_gives_up_after_its_retries(make_gateway, make_fake):
    fake = make_fake(default=behaviours.error(500))
    gateway = make_gateway({"providers": {"up": provider(fake, default_error_cooldown=1)}})
    client, statuses = counting_client()
    with gateway.sdk(max_retries=2, http_client=client) as sdk, pytest.raises(openai.InternalServerError):
        sdk.chat.completions.create(model="up/m", messages=[user("hi")])
    assert len(statuses) == 3


def test_a_spent_budget_is_not_retried(gateway):
    token = gateway.make_token(limits={"usd_per_day": 0})["token"]
    client, statuses = counting_client()
    with gateway.sdk(token=token, max_retries=2, http_client=client) as sdk, pytest.raises(openai.APIStatusError):
        sdk.chat.completions.create(model="up/m", messages=[user("hi")])
    assert statuses == [402]


def test_models_are_listed_and_retrieved(gateway):
    with gateway.sdk() as sdk:
        ids = {model.id for model in sdk.models.list()}
        assert {"up/m", "demo/echo", "demo/lorem"} <= ids
        assert sdk.models.retrieve("up/m").id == "up/m"
        with pytest.raises(openai.NotFoundError):
            sdk.models.retrieve("up/nothing")
    headers = {"authorization": f"Bearer {gateway.admin_token}"}
    for path in ("/v1/models/up/m", "/v1/models/up%2Fm"):
        assert gateway.http.get(path, headers=headers).json()["id"] == "up/m"


def test_the_demo_provider_answers_without_a_key(gateway):
    with gateway.sdk() as sdk:
        whole = sdk.chat.completions.create(model="demo/echo", messages=[user("anyone there?")])
        assert "anyone there?" in whole.choices[0].message.content
        fast = {"demo": {"words": 9, "interval_ms": 1}}
        chunks = sdk.chat.completions.create(
            model="demo/lorem", messages=[user("go")], stream=True, extra_body=fast
        )
        text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
        assert len(text.split()) == 9
