"""OpenAI in, OpenAI out: nothing is re-serialised."""

import json

import pytest

from configs import provider
from fakes import Answer, behaviours

# Odd spacing, numbers, escapes and order that no serialiser would write again, and a `model` that is not ours to change.
ODD = (
    b'{ "x_unknown" : {"b":1.10,"a":[1E+2, -0.0,12345678901234567890]},"metadata":{"model":"up/m"},\n'
    b'\t"messages":[{"role":"user","content":"caf\\u00e9 \\/ \xc3\xa9 \\"model\\":\\"up/m\\"","x_part":null}],'
    b'"temperature":1.00 ,"model":%s}'
)
WHOLE = (
    b'{"id":"chatcmpl-1","object":"chat.completion", "created":1,"model":"m-2025-01-01","x_answer":{"z":1.0,"a":[ ]},'
    b'"choices":[{"index":0,"message":{"role":"assistant","content":"caf\\u00e9","x_m":1e1},"finish_reason":"stop"}],'
    b'"usage":{"prompt_tokens":5,"completion_tokens":2,"total_tokens":7,"x_usage":true}}  \n'
)


@pytest.fixture(scope="module")
def fake(module_fake):
    return module_fake()


@pytest.fixture(scope="module")
def gateway(module_gateway, fake):
    return module_gateway({"providers": {"up": provider(fake, "m", "org/team/model")}})


@pytest.fixture(autouse=True)
def answer_normally(fake):
    fake.always(Answer())


def chunk(fields: bytes) -> bytes:
    return b'data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"m-1",' + fields + b"}\n\n"


STREAM = [
    b": a comment\n\n",
    chunk(b'"choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}],"x":1.0'),
    chunk(b'"choices":[{"index":0,"delta":{"content":"caf\\u00e9"},"finish_reason":null}], "obfuscation":"aB"'),
    chunk(b'"choices":[{"index":0,"delta":{"x_unknown":[1E2]},"finish_reason":"stop"}]'),
]
USAGE = chunk(b'"choices":[],"usage":{"prompt_tokens":5,"completion_tokens":2,"total_tokens":7}')
DONE = b"data: [DONE]\n\n"


def test_a_request_changes_in_its_model_only(gateway, fake):
    assert gateway.post(ODD % b'"up/m"').status_code == 200
    assert fake.last.body == ODD % b'"m"'


@pytest.mark.parametrize("name", [b'"up\\/m"', b'"u\\u0070/m"'])
def test_an_escaped_model_name_is_understood(gateway, fake, name):
    assert gateway.post(ODD % name).status_code == 200
    assert fake.last.body == ODD % b'"m"'


def test_a_model_with_slashes_keeps_them(gateway, fake):
    assert gateway.post(ODD % b'"up/org/team/model"').status_code == 200
    assert fake.last.json["model"] == "org/team/model"


def test_a_streamed_request_changes_in_model_and_stream_options_only(gateway, fake):
    body = ODD % b'"up/m"'
    body = body[:-1] + b',"stream":true}'
    with gateway.http.stream(
        "POST",
        "/v1/chat/completions",
        content=body,
        headers={"authorization": f"Bearer {gateway.admin_token}", "content-type": "application/json"},
    ) as answer:
        answer.read()
    sent = fake.last.body
    assert ODD.split(b',"model":%s')[0][1:] in sent, "everything before the model byte for byte"
    value = fake.last.json
    assert value.pop("stream_options") == {"include_usage": True}
    assert value == {**json.loads(body), "model": "m"}


def test_callers_own_stream_options_are_kept(gateway, fake):
    options = {"include_obfuscation": False, "x_option": 1}
    body = {"model": "up/m", "messages": [{"role": "user", "content": "x"}], "stream_options": options}
    with gateway.stream(body) as answer:
        answer.read()
    assert fake.last.json["stream_options"] == {**options, "include_usage": True}


def test_a_whole_answer_comes_byte_for_byte(gateway, fake):
    fake.always(behaviours.body(WHOLE))
    answer = gateway.chat("up/m", headers={"x-request-id": "whole-bytes"})
    assert answer.content == WHOLE
    row = gateway.row("whole-bytes")
    assert (row["prompt_tokens"], row["completion_tokens"]) == (5, 2)


@pytest.mark.parametrize("asked", [False, True])
@pytest.mark.parametrize("cut", [0, 1, 7])
def test_a_stream_comes_byte_for_byte_and_usage_only_if_asked(gateway, fake, asked, cut):
    sent = b"".join(STREAM) + USAGE + DONE
    # `cut` splits the bytes where no event ends.
    parts = [sent[i : i + cut] for i in range(0, len(sent), cut)] if cut else [*STREAM, USAGE, DONE]
    fake.always(behaviours.chunks(parts))
    id = f"stream-bytes-{asked}-{cut}"
    body = {"model": "up/m", "messages": [{"role": "user", "content": "x"}]}
    if asked:
        body["stream_options"] = {"include_usage": True}
    with gateway.stream(body, headers={"x-request-id": id}) as answer:
        got = answer.read()
    events = [event for event in got.split(b"\n\n") if event.startswith(b"data:")]
    wanted = [*STREAM[1:], *([USAGE] if asked else []), DONE]
    assert events == [event.removesuffix(b"\n\n") for event in wanted]
    row = gateway.row(id)
    assert (row["prompt_tokens"], row["completion_tokens"], row["estimated"]) == (5, 2, False)


def test_usage_that_shares_a_chunk_with_content_is_left_alone_and_counted_once(gateway, fake):
    last = chunk(
        b'"choices":[{"index":0,"delta":{"content":"x"},"finish_reason":"stop"}],'
        b'"usage":{"prompt_tokens":5,"completion_tokens":2,"total_tokens":7}'
    )
    fake.always(behaviours.chunks([STREAM[1], last, DONE]))
    with gateway.stream(
        {"model": "up/m", "messages": [{"role": "user", "content": "x"}]}, headers={"x-request-id": "shared-usage"}
    ) as answer:
        got = answer.read()
    assert last in got
    row = gateway.row("shared-usage")
    assert (row["prompt_tokens"], row["completion_tokens"]) == (5, 2)


def test_an_event_that_is_not_json_is_skipped_and_the_rest_goes_on(gateway, fake):
    fake.always(behaviours.chunks([STREAM[1], b"data: {broken\n\n", STREAM[2], STREAM[3], DONE]))
    with gateway.stream({"model": "up/m", "messages": [{"role": "user", "content": "x"}]}) as answer:
        got = answer.read()
    assert got == b"".join([STREAM[1], STREAM[2], STREAM[3], DONE])


def test_upstream_headers_of_transport_and_identity_stay_upstream(gateway, fake):
    headers = {"set-cookie": "session=1", "x-ratelimit-remaining-requests": "3", "openai-organization": "org-1"}
    fake.always(behaviours.answer(Answer(), headers=headers))
    answer = gateway.chat("up/m")
    assert "set-cookie" not in answer.headers
    assert answer.headers["content-type"].startswith("application/json")


def test_upstream_connections_are_reused(gateway, fake):
    before = len(fake.exchanges)
    for _ in range(20):
        assert gateway.chat("up/m").status_code == 200
    assert len({exchange.connection for exchange in fake.exchanges[before:]}) <= 2, "one for each loop"
