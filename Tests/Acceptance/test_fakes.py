"""The fakes themselves: what is believed of them elsewhere is shown here, without a gateway."""

import time

import httpx
import openai
import pytest

from fakes import WIRES, Answer, Fake, ToolCall, behaviours


@pytest.fixture
def fake():
    server = Fake(WIRES["openai"])
    yield server
    server.close()


def test_the_official_sdk_reads_the_openai_fake(fake):
    fake.always(Answer(text="hi there", tools=(ToolCall("call_1", "f", '{"a":1}'),)))
    with openai.OpenAI(base_url=fake.endpoint, api_key="k", max_retries=0) as client:
        ask = {"model": "m", "messages": [{"role": "user", "content": "x"}]}
        whole = client.chat.completions.create(**ask)
        assert whole.choices[0].message.content == "hi there"
        chunks = list(client.chat.completions.create(**ask, stream=True))
        deltas = [chunk.choices[0].delta for chunk in chunks]
        assert "".join(delta.content or "" for delta in deltas) == "hi there"
        calls = [call for delta in deltas for call in delta.tool_calls or []]
        assert "".join(call.function.arguments or "" for call in calls) == '{"a":1}'
    assert fake.exchanges[0].connection == fake.exchanges[1].connection, "the connection is kept"


@pytest.mark.parametrize("name", WIRES)
def test_every_wire_answers_whole_streamed_and_wrong(name):
    server = Fake(WIRES[name], checks_keys=False)
    server.answers(Answer(text="w"), behaviours.error(429, "slow down"), Answer(text="a b", thinking="hmm"))
    path, path2 = {
        "openai": ("/chat/completions",) * 2,
        "anthropic": ("/messages",) * 2,
        "gemini": ("/models/m:generateContent", "/models/m:streamGenerateContent?alt=sse"),
        "ollama": ("/api/chat",) * 2,
        "converse": ("/model/m/converse", "/model/m/converse-stream"),
        "cohere": ("/chat",) * 2,
    }[name]
    post = lambda path, stream: httpx.post(server.endpoint + path, json={"model": "m", "stream": stream}, timeout=60)
    assert "w" in post(path, False).text
    assert post(path, False).status_code == 429
    streamed = post(path2, True).text
    assert all(part in streamed for part in ('"a "', '"b"', '"h"', '"mm"')), "one event for each piece"
    server.close()


@pytest.mark.parametrize(
    "behaviour", [behaviours.reset(), behaviours.garbage(), behaviours.reset_mid_body(), behaviours.cut(2, "broken")]
)
def test_a_broken_connection_is_an_error_to_any_client(fake, behaviour):
    fake.always(behaviour)
    with pytest.raises(httpx.TransportError):
        httpx.post(fake.endpoint + "/chat/completions", json={"model": "m"}, timeout=60)


def test_a_closed_port_refuses_and_opens_again(fake):
    fake.refuse()
    with pytest.raises(httpx.ConnectError):
        httpx.post(fake.endpoint, json={"model": "m"}, timeout=60)
    fake.listen()
    assert httpx.post(fake.endpoint, json={"model": "m"}, timeout=60).status_code == 200


def test_a_client_that_leaves_is_noticed(fake):
    fake.always(behaviours.silent())
    with pytest.raises(httpx.ReadTimeout):
        httpx.post(fake.endpoint, json={"model": "m"}, timeout=httpx.Timeout(60, read=0.2))
    exchange = fake.wait_for_requests(1)[0]
    limit = time.monotonic() + 60
    while exchange.client_left is None and time.monotonic() < limit:
        time.sleep(0.01)
    assert exchange.client_left > exchange.began
