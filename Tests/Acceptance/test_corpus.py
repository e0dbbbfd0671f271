"""Recorded traffic of real providers, replayed through the gateway by a fake upstream."""

import collections
import json

import httpx
import pytest

import corpus
from answers import READINGS, openai, sse
from configs import provider, user

# What a provider's status becomes for the caller (a bad key under 400 and an exhausted quota under 403 exist).
STATUSES = {400: {400, 404, 413, 502}, 401: {502}, 403: {403, 429, 502}, 404: {404}, 422: {422}, 429: {429}, 500: {502}}


@pytest.fixture(scope="module", params=list(READINGS))
def wire(request):
    if corpus.folder() is None:
        pytest.skip("no recorded traffic: set SWITCHYARD_CORPUS to its folder")
    return request.param


def ask(gateway, fake, index, recording):
    """The recorded request where it is in the caller's dialect, a plain one elsewhere; and the answer as bytes."""
    asked = recording.request if recording.wire == "openai" else None
    if not asked or "messages" not in asked:
        asked = {"messages": [user("hi")]}  # the request was not recorded, or only as bytes
    asked = {**asked, "model": f"x{index}/m", "stream": recording.stream}
    if not recording.stream:
        asked.pop("stream_options", None)
    elif recording.wire != "openai":
        asked["stream_options"] = {"include_usage": True}
    fake.always(recording.replay())
    headers = {"authorization": f"Bearer {gateway.admin_token}", "x-request-id": f"corpus-{index}"}
    body, is_broken = b"", False
    with gateway.http.stream("POST", "/v1/chat/completions", json=asked, headers=headers) as answer:
        try:
            for piece in answer.iter_raw():
                body += piece
        except httpx.RemoteProtocolError:
            is_broken = True
    return asked, answer, body, is_broken


def is_error_body(body: bytes) -> bool:
    try:
        return {"message", "type", "param", "code"} <= set(json.loads(body)["error"])
    except (ValueError, KeyError, TypeError):
        return False


def fault_of_bytes(recording, asked, body) -> str | None:
    """Same format in and out: what was recorded, but for a usage chunk nobody asked for."""
    if not recording.stream:
        return None if body.strip() == recording.body.strip() else "the body differs"
    wanted = sse(recording.body)
    if not (asked.get("stream_options") or {}).get("include_usage"):
        wanted = [data for data in wanted if not is_usage_only(data)]
    # A stream without [DONE] may be given one.
    got = sse(body)
    if wanted and wanted[-1] != b"[DONE]" and got and got[-1] == b"[DONE]":
        got = got[:-1]
    return None if got == wanted else "the events differ"


def is_usage_only(data: bytes) -> bool:
    try:
        value = json.loads(data)
    except ValueError:
        return False
    return value.get("choices") == [] and bool(value.get("usage"))


def fault_of_meaning(recording, body) -> str | None:
    wanted = READINGS[recording.wire](recording.body, recording.stream)
    got = openai(body, recording.stream)
    if not wanted.is_open and got.text != wanted.text:
        return f"text {got.text[:80]!r}, not {wanted.text[:80]!r}"
    if got.thinking != wanted.thinking:
        return f"thinking {got.thinking[:80]!r}, not {wanted.thinking[:80]!r}"
    if not got.same_calls(wanted):
        return f"calls {got.calls}, not {wanted.calls}"
    if wanted.finish and got.finish != wanted.finish:
        return f"finish {got.finish}, not {wanted.finish}"
    if not wanted.finish and got.finish == "stop":
        return "finish stop, though it did not"
    if wanted.prompt is not None and (got.prompt, got.completion) != (wanted.prompt, wanted.completion or 0):
        return f"usage {got.prompt, got.completion}, not {wanted.prompt, wanted.completion}"
    return None


def fault_of(gateway, fake, index, recording) -> tuple[str, str | None]:
    """The class of a recording, and what is wrong with its answer."""
    asked, answer, body, is_broken = ask(gateway, fake, index, recording)
    if recording.status != 200:
        allowed = STATUSES.get(recording.status, {502, 503})
        if answer.status_code not in allowed:
            return "error", f"status {answer.status_code} for {recording.status}"
        return "error", None if is_error_body(body) else "no OpenAI error body"
    kind = "stream" if recording.stream else "whole"
    wanted = READINGS[recording.wire](recording.body, recording.stream)
    if wanted.is_error or (recording.stream and not wanted.finish and not body_has_finish(recording)):
        # An error inside a 200, or a stream without an end: never a complete answer.
        whole_error = answer.status_code >= 400 and is_error_body(body)
        in_stream = is_broken and b'"error"' in body
        return "failing " + kind, None if whole_error or in_stream else "taken for a complete answer"
    if wanted.finish in (None, "content_filter") and answer.status_code >= 400 and is_error_body(body):
        return kind, None  # a blocked prompt, or an answer that says it failed
    if answer.status_code != 200 or is_broken:
        return kind, f"status {answer.status_code}, broken {is_broken}: {body[-200:]!r}"
    if recording.wire == "openai":
        return kind, fault_of_bytes(recording, asked, body)
    return kind, fault_of_meaning(recording, body)


def body_has_finish(recording) -> bool:
    return any(key in recording.body for key in (b'"finishReason"', b'"stop_reason":"', b'"blockReason"'))


def test_recorded_answers_arrive_as_they_were(wire, make_gateway, make_fake, capsys):
    recorded = corpus.recordings(wire)
    assert recorded, "the folder holds traffic of every format"
    fake = make_fake(wire)
    # A provider for each, so that no recorded error cools another recording's provider.
    gateway = make_gateway({"providers": {f"x{index}": provider(fake) for index in range(len(recorded))}})
    passed, failed, faults = collections.Counter(), collections.Counter(), []
    for index, recording in enumerate(recorded):
        kind, fault = fault_of(gateway, fake, index, recording)
        if fault:
            failed[kind] += 1
            faults.append(f"{recording.name}: {fault}")
        else:
            passed[kind] += 1
    with capsys.disabled():
        print(f"\n  {wire:<10} {'class':<16} passed failed")
        for kind in sorted(passed | failed):
            print(f"  {'':<10} {kind:<16} {passed[kind]:>6} {failed[kind]:>6}")
    assert not faults, "\n".join(faults)


def test_recorded_usage_reaches_the_ledger(wire, make_gateway, make_fake):
    """Whole answers that state their usage: the row says the same."""
    recorded = [entry for entry in corpus.recordings(wire) if entry.status == 200]
    fake = make_fake(wire)
    gateway = make_gateway({"providers": {f"x{index}": provider(fake) for index in range(len(recorded))}})
    wanted = {}
    for index, recording in enumerate(recorded):
        told = READINGS[wire](recording.body, recording.stream)
        ask(gateway, fake, index, recording)
        if told.finish and not told.is_error and told.prompt is not None and told.completion is not None:
            wanted[f"corpus-{index}"] = (recording.name, told.prompt, told.completion)
    gateway.row(f"corpus-{len(recorded) - 1}")
    gateway.wait_for_no_holds()
    rows = {row["request_id"]: row for row in gateway.listed("/requests")}
    faults = [
        f"{name}: {got}, not {(prompt, completion)}"
        for id, (name, prompt, completion) in wanted.items()
        if (got := (rows[id]["prompt_tokens"], rows[id]["completion_tokens"])) != (prompt, completion)
    ]
    assert not faults, "\n".join(faults)
