"""Images and audio with the OpenAI SDK: forms, recordings that stream, and what goes wrong on the way."""

import base64
import hashlib
import os
import secrets
import time

import openai
import pytest

from clock import by_the_clock, soon
from configs import provider, rotation
from fakes import behaviours
from fakes.openai_tasks import PICTURE, RECORDING, SRT, decide, form, json_answer
from gateway import wait_until
from raw import Raw, request

MEGABYTE = 1024 * 1024
# The SDK calls variations and translations so; the gateway serves them as long as the SDK has them.
old_but_served = pytest.mark.filterwarnings("ignore:deprecated$:DeprecationWarning")


@pytest.fixture(scope="module")
def fake(module_fake):
    return module_fake()


@pytest.fixture(autouse=True)
def answer_normally(fake):
    fake.decide = decide


def draw(exchange):
    """As Gemini's models answer that draw."""
    drawn = {"inlineData": {"mimeType": "image/png", "data": PICTURE}}
    return json_answer(
        {
            "candidates": [{"content": {"parts": [{"text": "Here."}, drawn]}, "finishReason": "STOP"}],
            "usageMetadata": {"promptTokenCount": 300, "candidatesTokenCount": 1290},
        }
    )


@pytest.fixture(scope="module")
def google(module_fake):
    google = module_fake("gemini")
    google.decide = draw
    return google


@pytest.fixture(scope="module")
def gateway(module_gateway, fake, google, module_fake):
    html = module_fake(default=behaviours.html(200))
    return module_gateway(
        {
            "providers": {
                "up": provider(fake, "m", "other"), "html": provider(html), "google": provider(google, "draws"),
            },
            "rotations": {
                "r": rotation(("html", "m"), ("up", "m")),
                "drawn": rotation(("google", "draws"), ("up", "m")),
            },
            "defaults": {"image_model": "up/m"},
        }
    )


@pytest.fixture(scope="module")
def sdk(gateway):
    with gateway.sdk() as sdk:
        yield sdk


@old_but_served
def test_images_are_made_edited_and_varied(sdk, fake):
    assert sdk.images.generate(model="up/other", prompt="a cat", n=1).data[0].b64_json == PICTURE
    assert fake.last.json == {"model": "other", "prompt": "a cat", "n": 1}
    picture = ("cat.png", os.urandom(5000), "image/png")
    edited = sdk.images.edit(model="up/other", image=[picture, picture], prompt="a hat")
    assert edited.data[0].b64_json == PICTURE and edited.usage.output_tokens == 1056
    assert form(fake.last) == {"model": b"other", "prompt": b"a hat", "image[]": picture[1]}
    sdk.images.create_variation(model="up/other", image=picture)
    assert fake.last.path == "/v1/images/variations" and form(fake.last)["image"] == picture[1]


def test_google_is_shown_what_it_shall_edit(gateway, sdk, google):
    picture = ("cat.png", os.urandom(5000), "image/png")
    headers = {"x-request-id": "googled"}
    edited = sdk.images.edit(
        model="google/draws", image=[picture, picture], prompt="a hat", size="1536x1024", extra_headers=headers
    )
    assert edited.data[0].b64_json == PICTURE and edited.usage.output_tokens == 1290
    sent = google.last
    assert sent.path.endswith("/models/draws:generateContent")
    text, *images = sent.json["contents"][0]["parts"]
    assert text == {"text": "a hat"} and len(images) == 2
    for image in images:
        assert image["inlineData"]["mimeType"] == "image/png"
        assert base64.b64decode(image["inlineData"]["data"]) == picture[1]
    assert sent.json["generationConfig"]["imageConfig"] == {"aspectRatio": "3:2"}
    assert gateway.row("googled")["completion_tokens"] == 1290
    stream = sdk.images.edit(model="google/draws", image=picture, prompt="a hat", stream=True)
    assert [event.type for event in stream] == ["image_edit.completed"]


def test_a_mask_goes_to_who_can_be_told_of_it(sdk, fake, google):
    picture, mask = ("cat.png", os.urandom(50), "image/png"), ("mask.png", os.urandom(50), "image/png")
    asked = len(google.exchanges)
    sdk.images.edit(model="rotation/drawn", image=picture, mask=mask, prompt="a hat")
    assert form(fake.last)["mask"] == mask[1] and len(google.exchanges) == asked
    with pytest.raises(openai.BadRequestError) as caught:
        sdk.images.edit(model="google/draws", image=picture, mask=mask, prompt="a hat")
    assert (caught.value.param, caught.value.code) == ("mask", "unsupported_parameter")


@old_but_served
def test_a_request_without_a_model_uses_the_configured_one(sdk, fake):
    sdk.images.generate(prompt="a cat")
    assert fake.last.json == {"prompt": "a cat", "model": "m"}
    sdk.images.create_variation(image=b"png")
    assert form(fake.last) == {"image": b"png", "model": b"m"}


def test_partial_images_are_streamed(gateway, sdk, fake):
    events = list(sdk.images.generate(model="up/m", prompt="p", stream=True, partial_images=1))
    assert [event.type for event in events] == ["image_generation.partial_image", "image_generation.completed"]
    headers = {"x-request-id": "edited"}
    stream = sdk.images.edit(model="up/m", image=b"png", prompt="p", stream=True, extra_headers=headers)
    assert [event.type for event in stream] == ["image_edit.partial_image", "image_edit.completed"]
    row = gateway.row("edited")
    assert (row["endpoint"], row["stream"], row["estimated"]) == ("/images/edits", True, False)
    assert (row["prompt_tokens"], row["completion_tokens"]) == (9, 1056)


def test_speech_is_the_recording_under_its_own_type(gateway, sdk):
    with sdk.audio.speech.with_streaming_response.create(
        model="rotation/r", voice="alloy", input="Hello.", extra_headers={"x-request-id": "spoken"}
    ) as answer:
        assert answer.headers["content-type"] == "audio/mpeg"
        assert answer.headers["x-switchyard-provider"] == "up"  # the page of the first was no recording
        assert b"".join(answer.iter_bytes()) == RECORDING
    row = gateway.row("spoken")
    assert (row["status"], row["completion_tokens"], row["estimated"]) == (200, 0, True)


def test_speech_comes_as_events_where_they_are_asked_for(gateway, fake):
    body = {"model": "up/m", "voice": "v", "input": "Hello.", "stream_format": "sse"}
    answer = gateway.post(body, path="/v1/audio/speech", headers={"x-request-id": "sse"})
    assert answer.headers["content-type"] == "text/event-stream; charset=utf-8"
    assert answer.text.endswith("data: [DONE]\n\n") and '"speech.audio.done"' in answer.text
    assert gateway.row("sse")["completion_tokens"] == 40


def test_a_recording_flows_no_faster_than_it_is_taken(gateway, fake):
    size = 64 * MEGABYTE
    fake.decide = lambda exchange: behaviours.chunks([b"\xff" * 65536] * (size // 65536), content_type="audio/wav")
    body = b'{"model":"up/m","voice":"v","input":"x"}'
    before = len(fake.exchanges)
    raw = Raw(gateway.port, receive_buffer=65536)
    raw.send(request(body, token=gateway.admin_token, path="/v1/audio/speech"))
    exchange = fake.wait_for_requests(before + 1)[-1]
    sent = -1
    while sent != exchange.bytes_sent:  # until it stands still
        sent = exchange.bytes_sent
        time.sleep(0.5)
    assert 0 < sent < 16 * MEGABYTE
    raw.socket.close()
    wait_until(lambda: exchange.client_left is not None, what="the upstream to be left")


@by_the_clock
def test_leaving_in_the_middle_of_a_recording_cancels_it(gateway, fake):
    fake.decide = lambda exchange: behaviours.chunks([b"\xff" * 4096] * 5000, content_type="audio/wav", interval=0.02)
    before = len(fake.exchanges)
    body = b'{"model":"up/m","voice":"v","input":"x"}'
    id = "left-" + secrets.token_hex(4)
    headers = f"x-request-id: {id}\r\n".encode()
    raw = Raw(gateway.port).send(request(body, token=gateway.admin_token, path="/v1/audio/speech", headers=headers))
    exchange = fake.wait_for_requests(before + 1)[-1]
    assert raw.socket.recv(100)
    closed_at = time.monotonic()
    raw.socket.close()
    wait_until(lambda: exchange.client_left is not None, what="the upstream to be left")
    soon(closed_at + time.monotonic() - exchange.client_left, 1)
    row = gateway.row(id)
    assert (row["status"], row["error_code"]) == (499, "client_closed_request")


def test_a_recording_that_breaks_off_breaks_the_connection_and_carries_no_text(make_gateway, make_fake):
    fake = make_fake()
    fake.decide = lambda exchange: behaviours.chunks([b"\xff" * 9000], content_type="audio/wav", end=False)
    gateway = make_gateway({"providers": {"up": provider(fake)}})
    body = b'{"model":"up/m","voice":"v","input":"x"}'
    raw = Raw(gateway.port).send(request(body, token=gateway.admin_token, path="/v1/audio/speech"))
    received = b""
    while data := raw.socket.recv(65536):
        received += data
    assert received.count(b"\xff") == 9000
    assert b"error" not in received and not received.endswith(b"0\r\n\r\n")


FORMATS = [("json", "application/json", None), ("text", "text/plain; charset=utf-8", "Hello.\n"), ("srt", "text/plain; charset=utf-8", SRT)]


@pytest.mark.parametrize("format, type, text", FORMATS + [("vtt", "text/vtt", "WEBVTT\n\nHello.\n"), ("verbose_json", "application/json", None)])
def test_a_transcript_has_the_form_asked_for(sdk, fake, format, type, text):
    raw = sdk.audio.transcriptions.with_raw_response.create(
        model="up/other", file=("a.mp3", b"\xff\xfb" * 3000), response_format=format, language="en"
    )
    assert raw.headers["content-type"] == type
    assert raw.parse() == text if text else raw.parse().text == "Hello."
    fields = form(fake.last)
    assert fields == {"file": b"\xff\xfb" * 3000, "model": b"other", "language": b"en", "response_format": format.encode()}


@old_but_served
def test_a_translation_and_a_streamed_transcript(gateway, sdk):
    assert sdk.audio.translations.create(model="up/m", file=b"wav").text == "Hello."
    headers = {"x-request-id": "heard"}
    stream = sdk.audio.transcriptions.create(model="up/m", file=b"wav", stream=True, extra_headers=headers)
    events = list(stream)
    assert [event.type for event in events] == ["transcript.text.delta"] * 2 + ["transcript.text.done"]
    row = gateway.row("heard")
    assert (row["endpoint"], row["prompt_tokens"], row["completion_tokens"]) == ("/audio/transcriptions", 14, 3)


def test_a_large_recording_arrives_whole_and_a_larger_one_is_refused(gateway, sdk, fake):
    recording = os.urandom(MEGABYTE) * 60
    seen = {}

    def look(exchange):
        seen["digest"] = hashlib.sha256(form(exchange)["file"]).digest()
        return decide(exchange)

    fake.decide = look
    assert sdk.audio.transcriptions.create(model="up/other", file=("a.wav", recording)).text == "Hello."
    assert seen["digest"] == hashlib.sha256(recording).digest()
    before = len(fake.exchanges)
    with pytest.raises(openai.APIStatusError) as caught:
        sdk.audio.transcriptions.create(model="up/other", file=("a.wav", recording + recording[: 5 * MEGABYTE]))
    assert caught.value.status_code == 413 and caught.value.code == "request_too_large"
    assert len(fake.exchanges) == before


@pytest.mark.parametrize(
    "path, type, body, field",
    [
        ("/v1/audio/transcriptions", "application/json", b"{}", None),
        ("/v1/audio/transcriptions", "multipart/form-data; boundary=b", b"--b--\r\n", "model"),
        ("/v1/audio/transcriptions", "multipart/form-data; boundary=b", b"--b\r\n", None),
        ("/v1/images/edits", "multipart/form-data; boundary=b", b"nothing", None),
        ("/v1/images/generations", "application/json", b'{"model":"up/m"}', "prompt"),
        ("/v1/audio/speech", "application/json", b'{"model":"up/m","input":""}', "input"),
    ],
)
def test_bad_input_is_refused_with_a_reason(gateway, path, type, body, field):
    answer = gateway.post(body, headers={"content-type": type}, path=path)
    assert answer.status_code == 400
    assert answer.json()["error"]["param"] == field and answer.json()["error"]["message"]


def test_a_providers_error_is_the_sdks(make_gateway, make_fake):
    gateway = make_gateway({"providers": {"up": provider(make_fake(default=behaviours.error(429, "slow down")))}})
    with gateway.sdk() as sdk, pytest.raises(openai.RateLimitError):
        sdk.audio.speech.create(model="up/m", voice="v", input="x")


def test_images_and_recordings_cost_by_their_own_price_or_nobody_knows(make_gateway, make_fake):
    fake = make_fake()
    fake.decide = decide
    models = [
        {"name": "by-image", "pricing": {"image": 0.04}},
        {"name": "by-token", "pricing": {"prompt": 1, "completion": 2}},
        {"name": "by-minute", "pricing": {"audio_minute": 0.6}},
    ]
    gateway = make_gateway({"providers": {"up": provider(fake) | {"models": models}}})

    def cost(id):
        return gateway.row(id)["cost_usd"]

    with gateway.sdk() as sdk:
        sdk.images.generate(model="up/by-image", prompt="p", extra_headers={"x-request-id": "image"})
        sdk.images.generate(model="up/by-token", prompt="p", extra_headers={"x-request-id": "tokens"})
        for model in ("by-minute", "by-token"):
            headers = {"x-request-id": model}
            sdk.audio.transcriptions.create(
                model=f"up/{model}", file=b"wav", response_format="verbose_json", extra_headers=headers
            )
    assert cost("image") == "0.04" and cost("tokens") == "0.002121"
    assert cost("by-minute") == "0.01" and cost("by-token") is None
