"""What an operator does with a node: stop it, change its configuration, read its log and figures."""

import json
import signal
import threading
import time

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from clock import by_the_clock, soon
from configs import provider, rotation, user
from fakes import Answer, behaviours
from gateway import wait_until

BODY = {"model": "up/m", "messages": [user("hi")]}


def test_sigterm_lets_open_streams_finish(make_gateway, make_fake):
    goes_on = threading.Event()
    fake = make_fake(default=behaviours.held(goes_on, Answer(text="word " * 29 + "end"), after=5))
    gateway = make_gateway({"providers": {"up": provider(fake)}})
    streamed, done = [], threading.Event()

    def read():
        with gateway.stream(BODY, headers={"x-request-id": "drained"}) as answer:
            for piece in answer.iter_raw():
                streamed.append(piece)
        done.set()

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    wait_until(lambda: streamed)
    gateway.signal(signal.SIGTERM)
    wait_until(lambda: gateway.ready_status() != 200, what="ready to go off")
    assert gateway.ready_status() in (503, None)
    assert not done.is_set()
    try:
        fresh = httpx.post(gateway.url + "/v1/chat/completions", json={**BODY, "model": "demo/echo"}, timeout=30)
        assert fresh.status_code == 503 and fresh.headers["connection"] == "close"
    except httpx.TransportError:
        pass  # refused at the door is as good
    goes_on.set()
    reader.join(60)
    assert done.is_set() and b"".join(streamed).endswith(b"data: [DONE]\n\n")
    assert gateway.process.wait(60) == 0
    gateway.stop()
    gateway.start()
    row = gateway.row("drained")
    assert (row["state"], row["status"], row["estimated"]) == ("settled", 200, False)


@by_the_clock
def test_sigterm_of_an_idle_node_is_quick(make_gateway):
    gateway = make_gateway({})
    with gateway.http.stream("GET", "/health/live") as answer:
        answer.read()  # leaves an idle connection behind
    began = time.monotonic()
    gateway.stop()
    soon(began, 3)


def test_the_drain_has_an_end(make_gateway, make_fake):
    fake = make_fake(default=behaviours.endless())
    gateway = make_gateway({"providers": {"up": provider(fake)}, "server": {"drain_timeout": 1}})
    with pytest.raises(httpx.RemoteProtocolError):
        with gateway.stream(BODY, headers={"x-request-id": "endless"}) as answer:
            pieces = answer.iter_raw()
            next(pieces)
            gateway.signal(signal.SIGTERM)
            for _ in pieces:
                pass
    assert gateway.process.wait(60) == 0
    gateway.stop()
    gateway.start()
    assert gateway.row("endless")["estimated"] is True


def model_ids(gateway):
    with gateway.sdk() as sdk:
        return {model.id for model in sdk.models.list()}


@pytest.mark.parametrize("by_signal", [True, False], ids=["SIGHUP", "change of the file"])
def test_a_good_configuration_is_taken_over(make_gateway, make_fake, by_signal):
    fake = make_fake()
    gateway = make_gateway({"providers": {"up": provider(fake)}})
    gateway.write_config({"providers": {"up": provider(fake, "m", "fresh")}})
    if by_signal:
        gateway.signal(signal.SIGHUP)
    wait_until(lambda: "up/fresh" in model_ids(gateway), 3 if by_signal else 10, "the new model")
    assert gateway.chat("up/fresh").status_code == 200


def test_a_reload_takes_over_the_settings_of_the_server(make_gateway):
    gateway = make_gateway({"server": {"max_header_bytes": 16384}})
    wide = {"x-wide": "x" * 4000}
    assert gateway.chat("demo/echo", headers=wide).status_code == 200
    body = {"providers": {}, "server": {"max_header_bytes": 2048, "keepalive_timeout": 0.2, "max_body_bytes": 1024}}
    gateway.write_config(body)
    gateway.signal(signal.SIGHUP)

    def status(headers, text):
        with httpx.Client(base_url=gateway.url, timeout=60, trust_env=False) as fresh:
            message = {"model": "demo/echo", "messages": [user(text)]}
            bearer = {"authorization": f"Bearer {gateway.admin_token}"}
            return fresh.post("/v1/chat/completions", json=message, headers={**bearer, **headers}).status_code

    wait_until(lambda: status(wide, "q") == 431, what="the smaller limit of headers")
    assert status({}, "q" * 2000) == 413
    assert status({}, "q") == 200


def test_refusals_are_sampled_in_the_log_and_all_counted(make_gateway):
    gateway = make_gateway({})

    def refused():
        return [line for line in gateway.log if line["message"] == "request refused"]

    began = time.monotonic()
    for _ in range(100):
        assert gateway.post(b"{").status_code == 400
    seconds = time.monotonic() - began
    time.sleep(1)  # the sampling's second is the clock's
    assert gateway.post(b"{").status_code == 400
    lines = wait_until(lambda: sum(line["like_it_not_logged"] + 1 for line in refused()) == 101 and refused())
    assert len(lines) <= seconds + 3
    families = {family.name: family for family in text_string_to_metric_families(gateway.http.get("/metrics").text)}
    counted = {sample.labels["code"]: sample.value for sample in families["switchyard_refusals"].samples}
    assert counted["invalid_json"] == 101


@pytest.mark.parametrize("wrong", ['{"providers": {', '{"providers": {"up": {"type": "openai", "endpont": "http://x"}}}'])
def test_a_bad_configuration_is_refused_and_the_last_good_kept(make_gateway, make_fake, wrong):
    gateway = make_gateway({"providers": {"up": provider(make_fake())}})
    gateway.write_config(wrong)
    gateway.signal(signal.SIGHUP)
    line = gateway.wait_for_log(lambda text: "switchyard.json5" in text and "error" in text.lower())
    if "endpont" in wrong:
        assert "endpont" in line
    assert gateway.chat("up/m").status_code == 200
    assert gateway.ready_status() == 200


def test_open_streams_survive_a_reload(make_gateway, make_fake):
    goes_on = threading.Event()
    fake = make_fake(default=behaviours.held(goes_on, after=3))
    gateway = make_gateway({"providers": {"up": provider(fake)}})
    with gateway.stream(BODY) as answer:
        pieces = answer.iter_raw()
        got = next(pieces)
        gateway.write_config({"providers": {"other": provider(fake)}})
        gateway.signal(signal.SIGHUP)
        wait_until(lambda: "other/m" in model_ids(gateway))
        goes_on.set()
        got += b"".join(pieces)
    assert got.endswith(b"data: [DONE]\n\n")
    assert gateway.chat("up/m").status_code == 404


def test_a_wrong_configuration_stops_the_start_with_a_clear_error(make_gateway):
    gateway = make_gateway({}, start=False)
    gateway.write_config('{ providers: { up: {\n tpye: "openai" } } }')
    with pytest.raises(AssertionError, match="tpye"):
        gateway.start()
    gateway.process = None


def test_the_log_is_json_lines_with_request_ids(make_gateway, make_fake):
    gateway = make_gateway({"providers": {"up": provider(make_fake())}})
    assert gateway.chat("up/m", headers={"x-request-id": "find-me-in-the-log"}).status_code == 200
    gateway.wait_for_log(lambda text: "find-me-in-the-log" in text)
    for line in gateway.stderr:
        assert isinstance(json.loads(line), dict), line


def test_bodies_are_not_logged(make_gateway, make_fake):
    secret_text = "what the caller said stays between them"
    fake = make_fake(default=behaviours.answer(Answer(text="and so does the reply")))
    gateway = make_gateway({"providers": {"up": provider(fake)}}, env={"SWITCHYARD_LOG": "debug"})
    assert gateway.chat("up/m", secret_text, headers={"x-request-id": "quiet"}).status_code == 200
    gateway.wait_for_log(lambda text: "quiet" in text)
    assert not [line for line in gateway.stderr if secret_text in line or "and so does the reply" in line]


def test_metrics_parse_and_tell_no_secret(make_gateway, make_fake):
    gateway = make_gateway({"providers": {"up": provider(make_fake())}})
    token = gateway.make_token()["token"]
    for _ in range(3):
        gateway.chat("up/m", token=token)
    gateway.chat("up/m", token="sy-" + "x" * 43)
    answer = gateway.http.get("/metrics")
    assert answer.status_code == 200 and answer.headers["content-type"].startswith("text/plain")
    families = list(text_string_to_metric_families(answer.text))
    ours = [family for family in families if family.name.startswith("switchyard_")]
    assert ours and all(family.documentation for family in ours)
    assert any(sample.value >= 3 for family in ours for sample in family.samples)
    gateway.assert_no_secret_in(answer.text, "/metrics")


def test_health_tells_the_state_and_no_secret(make_gateway, make_fake):
    gateway = make_gateway({"providers": {"up": provider(make_fake())}})
    assert gateway.http.get("/health/live").status_code == 200
    assert gateway.http.get("/health/ready").status_code == 200
    answer = gateway.http.get("/health")
    assert answer.status_code == 200
    assert answer.json()["version"] and answer.json()["node"] == "node-under-test"
    gateway.assert_no_secret_in(answer.text, "/health")


def test_secrets_are_not_in_any_admin_answer(make_gateway, make_fake):
    config = {"providers": {"up": provider(make_fake())}, "rotations": {"r": rotation(("up", "m"))}}
    gateway = make_gateway(config)
    gateway.make_token()
    for path in ("/users", "/tokens", "/requests", "/usage?group_by=user", "/holds"):
        gateway.assert_no_secret_in(gateway.admin("GET", path).text, path)


def test_a_node_keeps_users_tokens_and_rows_over_a_restart(make_gateway):
    gateway = make_gateway({})
    token = gateway.make_token()["token"]
    assert gateway.chat("demo/echo", token=token, headers={"x-request-id": "kept"}).status_code == 200
    gateway.stop()
    gateway.start()
    assert gateway.row("kept")["state"] == "settled"
    assert gateway.chat("demo/echo", token=token).status_code == 200
