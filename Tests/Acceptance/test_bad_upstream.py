"""A provider that is alone and broken: a clear error with a request id, in bounded time, and the node goes on."""

import time

import pytest

from configs import provider
from fakes import Answer, behaviours

SIZE = 100 * 1024 * 1024

# behaviour, statuses for a whole request
BROKEN = {
    "refused": (None, {502, 503}),
    "reset": (behaviours.reset(), {502}),
    "reset inside the body": (behaviours.reset_mid_body(), {502}),
    "silent": (behaviours.silent(), {504}),
    "garbage": (behaviours.garbage(), {502}),
    "a page of HTML with 502": (behaviours.html(502), {502}),
    "a page of HTML with 200": (behaviours.html(200), {502}),
    "an empty answer": (behaviours.body(b""), {502}),
    "invalid UTF-8": (behaviours.body(b'{"choices":[{"message":{"content":"\xff"},"finish_reason":"stop"}]}'), {502}),
    "a stream for a whole request": (behaviours.chunks([b"data: {}\n\n"]), {502}),
    "a redirect": (behaviours.body(b"", 302, headers={"location": "http://127.0.0.1:1/"}), {502}),
    "a status of 700": (behaviours.body(b"{}", 700), {502}),
    "204 without a body": (behaviours.body(b"", 204), {502}),
}


def ask(gateway, stream):
    return gateway.chat("up/m", headers={"x-request-id": "with-a-broken-one"}, stream=stream)


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_provider_is_a_clear_error(make_gateway, make_fake, name, stream):
    behaviour, statuses = BROKEN[name]
    if stream and name == "reset inside the body":
        behaviour = behaviours.cut(1, "reset")
    if stream and name == "a stream for a whole request":
        behaviour = behaviours.body(b'{"surprise": true}')
    fake = make_fake(default=behaviour)
    if behaviour is None:
        fake.refuse()
    gateway = make_gateway({"providers": {"up": provider(fake, first_token_timeout=1 if name == "silent" else 60)}})
    began = time.monotonic()
    answer = ask(gateway, stream)
    assert time.monotonic() - began < 30
    assert answer.status_code in statuses, answer.text
    error = answer.json()["error"]
    assert {"message", "type", "param", "code"} <= set(error) and error["message"]
    assert str(fake.port) not in error["message"], "addresses are for operators"
    assert answer.headers["x-request-id"] == "with-a-broken-one"
    row = gateway.row("with-a-broken-one")
    assert row["status"] == answer.status_code and row["error_code"]
    assert gateway.chat("demo/echo").status_code == 200


def test_gzip_nobody_asked_for_is_unpacked_or_an_error(make_gateway, make_fake):
    fake = make_fake(default=behaviours.gzip(Answer(text="squeezed")))
    answer = ask(make_gateway({"providers": {"up": provider(fake)}}), False)
    if answer.status_code == 200:
        assert answer.json()["choices"][0]["message"]["content"] == "squeezed"
    else:
        assert answer.status_code == 502 and answer.json()["error"]["message"]


def test_a_whole_answer_of_100_mb_is_passed_or_refused_and_the_node_goes_on(make_gateway, make_fake):
    gateway = make_gateway({"providers": {"up": provider(make_fake(default=behaviours.huge(SIZE)))}})
    answer = ask(gateway, False)
    if answer.status_code == 200:
        assert len(answer.content) > SIZE
    else:
        assert answer.status_code == 502 and answer.json()["error"]["message"]
    assert gateway.chat("demo/echo").status_code == 200


def test_a_head_of_100_mb_is_an_error(make_gateway, make_fake):
    async def endless_head(exchange, connection, wire):
        await connection.send(b"HTTP/1.1 200 OK\r\n")
        for index in range(SIZE // 1024):
            await connection.send(b"x-%d: %s\r\n" % (index, b"y" * 1000))

    gateway = make_gateway({"providers": {"up": provider(make_fake(default=endless_head), first_token_timeout=5)}})
    assert ask(gateway, False).status_code in (502, 504)
    assert gateway.chat("demo/echo").status_code == 200


def test_a_stream_in_the_wrong_content_type_is_read_by_what_it_is(make_gateway, make_fake):
    """`text/plain` streams exist in the wild (recorded); what is inside decides."""
    fake = make_fake(default=behaviours.answer(Answer(), content_type="text/plain"))
    gateway = make_gateway({"providers": {"up": provider(fake)}})
    answer = ask(gateway, True)
    if answer.status_code == 200:
        assert answer.headers["content-type"].startswith("text/event-stream")
        assert answer.text.rstrip().endswith("data: [DONE]")
    else:
        assert answer.json()["error"]["message"]


def test_a_provider_that_points_back_at_this_gateway_is_refused(make_gateway, make_fake):
    gateway = make_gateway({}, start=False)
    loop = {
        "type": "openai",
        "endpoint": gateway.url + "/v1",
        "api_key": gateway.admin_token,
        "models": [{"name": "loop/m"}],
    }
    gateway.write_config({"providers": {"loop": loop}})
    gateway.start()
    began = time.monotonic()
    answer = gateway.chat("loop/loop/m")
    assert answer.status_code >= 400 and time.monotonic() - began < 30
    assert answer.json()["error"]["message"]
