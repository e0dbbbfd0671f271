"""Azure and Bedrock: addresses, signatures, and how each of them fails."""

import json
import threading

import openai
import pytest

from asking import ask_chat, streamed
from configs import provider, rotation, user
from fakes import Answer, amazon, behaviours


# Azure


@streamed
def test_azure_is_asked_at_its_deployment(make_gateway, make_fake, streamed):
    fake = make_fake("azure")
    gateway = make_gateway({"providers": {"az": provider(fake, "my-gpt")}})
    assert ask_chat(gateway, "az/my-gpt", streamed) == (Answer().text, "stop")
    assert fake.last.target == "/openai/deployments/my-gpt/chat/completions?api-version=2024-10-21"


def test_azures_note_before_the_first_token_reaches_the_caller_as_it_is(make_gateway, make_fake):
    fake = make_fake("azure")
    gateway = make_gateway({"providers": {"az": provider(fake)}})
    with gateway.stream({"model": "az/m", "messages": [user("hi")]}) as answer:
        assert b'"prompt_filter_results"' in answer.read().split(b"\n\n")[0]


@pytest.mark.parametrize(
    "status, body, kind, code",
    [
        (
            400,
            {
                "error": {
                    "code": "content_filter",
                    "message": "The response was filtered due to the prompt triggering Azure OpenAI's content "
                    "management policy.",
                    "param": "prompt",
                    "status": 400,
                    "innererror": {"code": "ResponsibleAIPolicyViolation"},
                }
            },
            openai.BadRequestError,
            "content_policy_violation",
        ),
        (
            404,
            {"error": {"code": "DeploymentNotFound", "message": "The API deployment does not exist."}},
            openai.NotFoundError,
            "model_not_found",
        ),
        (
            429,
            {"error": {"code": "429", "message": "Requests have exceeded the token rate limit. Please retry after 20 seconds."}},
            openai.RateLimitError,
            "rate_limit_exceeded",
        ),
    ],
)
def test_azures_errors_are_understood(make_gateway, make_fake, status, body, kind, code):
    fake = make_fake("azure", behaviours.body(json.dumps(body).encode(), status))
    gateway = make_gateway({"providers": {"az": provider(fake)}})
    with gateway.sdk() as sdk, pytest.raises(kind) as failure:
        sdk.chat.completions.create(model="az/m", messages=[user("hi")])
    assert failure.value.code == code
    if status == 429:
        assert failure.value.response.headers["retry-after"] == "20"


def test_a_wrong_key_for_azure_is_the_gateways_fault(make_gateway, make_fake):
    gateway = make_gateway({"providers": {"az": provider(make_fake("azure"), key="azure-wrong-0123456789")}})
    answer = gateway.chat("az/m")
    assert (answer.status_code, answer.json()["error"]["code"]) == (502, "provider_authentication_failed")


# Bedrock


ARN = "arn:aws:bedrock:eu-west-1:123456789012:inference-profile/eu.anthropic.claude-x-v1:0"


@streamed
@pytest.mark.parametrize("wire", ["converse", "invoke"])
@pytest.mark.parametrize("model", ["anthropic.claude-x-v1:0", ARN])
def test_requests_to_bedrock_are_signed_whatever_the_models_id(make_gateway, make_fake, wire, model, streamed):
    fake = make_fake(wire)
    gateway = make_gateway({"providers": {"aws": provider(fake, model)}})
    assert ask_chat(gateway, f"aws/{model}", streamed, temperature=0.3) == (Answer().text, "stop")
    encoded = model.replace(":", "%3A").replace("/", "%2F")
    operation = {"converse": ("converse", "converse-stream"), "invoke": ("invoke", "invoke-with-response-stream")}[wire]
    assert fake.last.target == f"/model/{encoded}/{operation[streamed]}"
    if wire == "invoke":
        assert fake.last.json["anthropic_version"] == "bedrock-2023-05-31"
        assert "model" not in fake.last.json and "stream" not in fake.last.json


def test_a_temporary_key_sends_its_token_signed(make_gateway, make_fake):
    fake = make_fake("converse")
    gateway = make_gateway({"providers": {"aws": provider(fake, key=amazon.KEY + ":session/token==")}})
    assert gateway.chat("aws/m").status_code == 200
    assert fake.last.header("x-amz-security-token") == "session/token=="
    assert "x-amz-security-token" in fake.last.header("authorization")


def test_a_bedrock_api_key_is_sent_as_it_is(make_gateway, make_fake):
    fake = make_fake("converse")
    gateway = make_gateway({"providers": {"aws": provider(fake, key="ABSKfake")}})
    assert gateway.chat("aws/m").status_code == 200
    assert fake.last.header("authorization") == "Bearer ABSKfake" and fake.last.header("x-amz-date") is None


@pytest.mark.parametrize("key", [amazon.ACCESS + ":another/secret+0123456789", "AKIAUNKNOWNUNKNOWN00:" + amazon.SECRET])
def test_a_wrong_key_for_bedrock_is_the_gateways_fault(make_gateway, make_fake, key):
    gateway = make_gateway({"providers": {"aws": provider(make_fake("converse"), key=key)}})
    answer = gateway.chat("aws/m")
    assert (answer.status_code, answer.json()["error"]["code"]) == (502, "provider_authentication_failed")


@pytest.mark.parametrize(
    "kind, status, code",
    [
        ("throttlingException", 429, "rate_limit_exceeded"),
        ("modelStreamErrorException", 502, "provider_error"),
        ("serviceUnavailableException", 503, "overloaded"),
        ("validationException", 400, "invalid_request"),
    ],
)
def test_an_exception_before_the_first_token_is_an_error_answer(make_gateway, make_fake, kind, status, code):
    start = amazon.event("messageStart", {"role": "assistant"})
    fake = make_fake("converse", behaviours.chunks([start, amazon.exception(kind, "It went wrong.")]))
    gateway = make_gateway({"providers": {"aws": provider(fake)}})
    with gateway.stream({"model": "aws/m", "messages": [user("hi")]}) as answer:
        error = json.loads(answer.read())["error"]
    assert (answer.status_code, error["code"], error["provider_code"]) == (status, code, kind)
    assert "It went wrong." in error["message"]


def _broken(events: list[bytes], how: str) -> list[bytes]:
    text = [index for index, event in enumerate(events) if b'"text"' in event][1]
    if how == "exception":
        return [*events[:text], amazon.exception("modelStreamErrorException", "It went wrong.")]
    if how == "checksum":
        changed = bytearray(events[text])
        changed[-6] ^= 1
        return [*events[:text], bytes(changed)]
    return [*events[:text], events[text][:20]]


@pytest.mark.parametrize("how", ["exception", "checksum", "cut"])
def test_a_stream_that_breaks_is_told_in_the_stream(make_gateway, make_fake, how):
    fake = make_fake("converse")
    # The last chunk comes when the caller has text: what comes with the first token and cannot be read would be another
    # provider's turn.
    is_begun = threading.Event()
    fake.always(behaviours.chunks(_broken(fake.wire.events(Answer(), None), how), before_last=is_begun))
    gateway = make_gateway({"providers": {"aws": provider(fake)}})
    with gateway.sdk() as sdk:
        got = []
        with pytest.raises(openai.APIError):
            for chunk in sdk.chat.completions.create(model="aws/m", messages=[user("hi")], stream=True):
                got += [choice.delta.content or "" for choice in chunk.choices]
                if any(got):
                    is_begun.set()
    assert "".join(got) == "Hello "
    gateway.wait_for_no_holds()


@pytest.mark.parametrize("how", ["throttled", "checksum", "silent", "reset", "garbage", "json"])
def test_another_provider_answers_when_bedrock_cannot(make_gateway, make_fake, how):
    first = make_fake("converse")
    start = amazon.event("messageStart", {"role": "assistant"})
    first.always(
        {
            "throttled": behaviours.error(429, "Too many requests, please wait before trying again."),
            "checksum": behaviours.chunks([start[:-1] + b"\xff"]),
            "silent": behaviours.silent(),
            "reset": behaviours.reset(),
            "garbage": behaviours.garbage(),
            "json": behaviours.body(b'{"__type":"InternalServerException","message":"Later."}'),
        }[how]
    )
    second = make_fake(default=behaviours.answer(Answer(text="from two")))
    gateway = make_gateway(
        {
            "providers": {"one": provider(first), "two": provider(second)},
            "rotations": {"r": rotation(("one", "m"), ("two", "m"), first_token_timeout=2 if how == "silent" else 60)},
        }
    )
    assert ask_chat(gateway, "rotation/r", True) == ("from two", "stop")


# Cohere


def test_another_provider_answers_when_coheres_stream_is_an_error(make_gateway, make_fake):
    cohere, second = make_fake("cohere"), make_fake(default=behaviours.answer(Answer(text="from two")))
    cohere.always(behaviours.chunks([cohere.wire.stream_error("your request resulted in an invalid tool generation")]))
    gateway = make_gateway(
        {
            "providers": {"one": provider(cohere), "two": provider(second)},
            "rotations": {"r": rotation(("one", "m"), ("two", "m"))},
        }
    )
    assert ask_chat(gateway, "rotation/r", True) == ("from two", "stop")
