"""Numbers that others send, from the edges of every number type and beyond: an answer or a clear error, and the node goes on."""

import signal
import subprocess

import pytest

from configs import provider, rotation
from fakes import Answer, behaviours
from fakes.answer import Usage
from gateway import wait_until

ODD = [
    "2147483648", "-2147483649", "9007199254740993", "9223372036854775807", "-9223372036854775808", "18446744073709551616",
    "1e18", "1e308", "-1e308", "1e400", "-1e400", "1e-400", "-0", "0.5", "123456789012345678901234567890", '"9e99"', "[]",
]  # fmt: skip
REQUEST = ["max_tokens", "max_completion_tokens", "n", "seed", "temperature", "top_p", "top_logprobs", "presence_penalty"]
MARK = "4711000"


def wires(make_gateway, make_fake):
    """A gateway with one provider of each wire and a rotation over all of them."""
    fakes = {wire: make_fake(wire) for wire in ("openai", "anthropic", "gemini", "ollama")}
    config = {
        "providers": {wire: provider(fake, default_error_cooldown=0) for wire, fake in fakes.items()},
        "rotations": {"r": rotation(*[(wire, "m") for wire in fakes], default_error_cooldown=0)},
    }
    return make_gateway(config), fakes


def is_well(gateway):
    assert gateway.chat("demo/echo", "still here").json()["choices"][0]["message"]["content"] == "still here"


def clear(answer, *statuses):
    assert answer.status_code in statuses, answer.text
    if answer.status_code != 200:
        assert answer.json()["error"]["message"]


def test_in_any_field_of_a_request(make_gateway, make_fake):
    gateway, fakes = wires(make_gateway, make_fake)
    for odd in ODD:
        for field in REQUEST:
            for model in ("openai/m", "anthropic/m", "gemini/m", "ollama/m"):
                body = f'{{"model":"{model}","messages":[{{"role":"user","content":"q"}}],"{field}":{odd}}}'
                clear(gateway.post(body), 200, 400)
        for extra in (
            f'"reasoning":{{"max_tokens":{odd}}}',
            f'"thinking":{{"type":"enabled","budget_tokens":{odd}}}',
            f'"demo":{{"words":{odd if len(odd) < 4 else 3},"interval_ms":{odd if odd.startswith("-") else 0}}}',
            f'"logit_bias":{{"1":{odd}}}',
            f'"stream_options":{{"include_usage":{odd}}}',
        ):
            for model in ("anthropic/m", "gemini/m", "demo/lorem"):
                body = f'{{"model":"{model}","messages":[{{"role":"user","content":"q"}}],{extra}}}'
                clear(gateway.post(body), 200, 400)
    is_well(gateway)


def test_in_any_header_of_a_request(make_gateway, make_fake):
    gateway, _ = wires(make_gateway, make_fake)
    for odd in ODD:
        for name in ("x-stainless-retry-count", "x-switchyard-hops", "x-request-id", "retry-after", "x-stainless-timeout"):
            clear(gateway.chat("openai/m", headers={name: odd.strip('"')}), 200, 400)
    is_well(gateway)


@pytest.mark.parametrize("wire", ["openai", "anthropic", "gemini", "ollama"])
@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
def test_in_the_usage_of_an_answer(make_gateway, make_fake, wire, stream):
    gateway, fakes = wires(make_gateway, make_fake)
    what = Answer(usage=Usage(int(MARK), int(MARK) + 1, int(MARK) + 2, int(MARK) + 3))
    for odd in ODD:

        async def behave(exchange, connection, kind, odd=odd):
            def changed(raw):
                for offset in range(4):
                    raw = raw.replace(str(int(MARK) + offset).encode(), odd.encode())
                return raw

            if stream:
                parts = [changed(event) for event in kind.events(what, exchange)]
                await behaviours.chunks(parts)(exchange, connection, kind)
            else:
                await behaviours.body(changed(kind.whole(what, exchange)))(exchange, connection, kind)

        fakes[wire].always(behave)
        clear(gateway.chat(f"{wire}/m", stream=stream), 200, 502)
        gateway.admin("DELETE", "/cooldowns")
    for row in gateway.listed("/requests"):
        assert row["prompt_tokens"] >= 0 and row["completion_tokens"] >= 0
        assert row["cost_usd"] is None or float(row["cost_usd"]) >= 0
    assert gateway.http.get("/metrics").status_code == 200
    is_well(gateway)


def test_in_the_headers_and_words_of_an_error(make_gateway, make_fake):
    gateway, fakes = wires(make_gateway, make_fake)
    dates = ["Sat, 21 Nov 2026 9223372036854775807:00:30 GMT", "Sat, 21 Nov 2026 10:99999999999999999:30 GMT"]
    for odd in [value.strip('"') for value in ODD] + dates + ["9999999999d", "99999999h99999999d"]:
        headers = {
            name: odd
            for name in ("retry-after", "retry-after-ms", "x-ratelimit-reset-requests", "x-ratelimit-remaining-requests")
        }
        for fake in fakes.values():
            fake.always(behaviours.error(429, f"Try again in {odd}.", headers=headers))
        answer = gateway.chat("openai/m")
        assert answer.status_code in (429, 503)
        assert 1 <= int(answer.headers.get("retry-after", 1)) <= 86_400
        assert gateway.admin("DELETE", "/cooldowns").status_code == 204
    is_well(gateway)


def test_in_queries_and_bodies_of_the_admin_api(make_gateway):
    gateway = make_gateway({})
    for odd in [value.strip('"') for value in ODD] + ["9999-12-31T23:59:60Z", "0000-01-01T00:00:00Z", "-1-1-1"]:
        for path, names in {
            "/requests": ("limit", "after", "from", "to", "status", "user"),
            "/usage": ("interval", "group_by", "from", "to"),
            "/tokens": ("limit", "after"),
            "/users": ("limit", "after"),
            "/tiers": ("limit", "after"),
            "/cooldowns": ("limit",),
            "/holds": ("limit",),
        }.items():
            for name in names:
                assert gateway.admin("GET", path, **{name: odd}).status_code in (200, 400)
    for odd in ODD:
        for name in ("requests_per_minute", "tokens_per_day", "concurrent_requests", "usd_per_day", "usd_per_month", "zone"):
            for path in ("/tiers/t", "/users/admin"):
                body = f'{{"limits":{{"{name}":{odd}}}}}'
                method = "PUT" if path.startswith("/tiers") else "PATCH"
                answer = gateway.http.request(
                    method, "/admin/api/v1" + path, content=body, headers={"authorization": f"Bearer {gateway.admin_token}"}
                )
                assert answer.status_code in (200, 400), answer.text
    is_well(gateway)


def test_in_the_limits_of_a_token(make_gateway):
    gateway = make_gateway({})
    for limit in (2**31, 2**53 + 1, 2**63 - 1):
        limits = {
            name: limit
            for name in ("requests_per_minute", "requests_per_day", "tokens_per_minute", "tokens_per_day", "concurrent_requests")
        }
        row = gateway.make_token(user="admin", name=f"up to {limit}", limits={**limits, "usd_per_day": "9223371"})
        for max_tokens in (1, 2**31, 2**63 - 1):
            answer = gateway.chat("demo/echo", token=row["token"], max_tokens=max_tokens, n=128)
            assert answer.status_code in (200, 429), answer.text
            assert int(answer.headers["x-ratelimit-remaining-requests"]) >= 0
    is_well(gateway)


def test_in_a_configuration(make_gateway):
    gateway = make_gateway({})
    for odd in ODD + ["Infinity", "-Infinity", "NaN", "0x7FFFFFFFFFFFFFFF"]:
        gateway.write_config(
            f"""{{ rotations: {{ r: {{ first_token_timeout: {odd}, max_retry_wait: {odd}, default_error_cooldown: {odd},
                    providers: [{{ provider_id: 'demo', weight: {odd}, models: [{{ name: 'echo', weight: {odd} }},
                      {{ name: 'lorem', weight: {odd} }}] }}] }} }},
                  tiers: {{ t: {{ limits: {{ usd_per_day: {odd}, tokens_per_day: {odd} }} }} }} }}"""
        )
        code, output = check(gateway)
        assert code in (0, 78), (odd, output)
        if code == 78:
            assert ": error: " in output
            continue
        gateway.signal(signal.SIGHUP)
        wait_until(lambda: gateway.chat("rotation/r", demo={"words": 1}).status_code == 200)
        gateway.write_config({})
        gateway.signal(signal.SIGHUP)
        wait_until(lambda: gateway.chat("rotation/r").status_code == 404)


def check(gateway):
    done = subprocess.run(
        [gateway.binary, "check-config", str(gateway.config_path)], capture_output=True, text=True, timeout=60
    )
    return done.returncode, done.stdout + done.stderr
