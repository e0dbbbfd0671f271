"""Users and tokens: made, kept to what they may, revoked at once."""

import time

import pytest

from clock import TooSlow, by_the_clock
from configs import provider


@pytest.fixture(scope="module")
def gateway(module_gateway, module_fake):
    return module_gateway({"providers": {"up": provider(module_fake())}})


def test_a_token_is_shown_once(gateway):
    row = gateway.make_token(name="shown once")
    assert row["token"].startswith("sy-") and len(row["token"]) == 46
    listed = gateway.admin("GET", f"/tokens/{row['id']}")
    assert listed.status_code == 200 and row["token"] not in listed.text
    assert row["token"] not in gateway.admin("GET", "/tokens", limit=500).text


def test_a_revoked_token_is_refused_at_once(gateway):
    row = gateway.make_token()
    assert gateway.chat("up/m", token=row["token"]).status_code == 200
    assert gateway.admin("DELETE", f"/tokens/{row['id']}").status_code in (200, 204)
    refused = gateway.chat("up/m", token=row["token"])
    assert (refused.status_code, refused.json()["error"]["code"]) == (401, "invalid_api_key")
    assert gateway.admin("GET", f"/tokens/{row['id']}").json()["revoked_at"]


@by_the_clock
def test_an_expired_token_is_refused(gateway):
    end = int(time.time()) + 3
    token = gateway.make_token(expires_at=time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(end)))["token"]
    first = gateway.chat("up/m", token=token).status_code
    if time.time() >= end:
        raise TooSlow
    time.sleep(end - time.time() + 0.2)
    assert (first, gateway.chat("up/m", token=token).status_code) == (200, 401)


def test_a_token_may_be_kept_to_models(gateway):
    token = gateway.make_token(models=["demo/echo"])["token"]
    assert gateway.chat("demo/echo", token=token).status_code == 200
    assert gateway.chat("up/m", token=token).status_code in (403, 404)


def test_an_inference_token_cannot_administer(gateway):
    token = gateway.make_token()["token"]
    for method, path in (("GET", "/users"), ("GET", "/requests"), ("POST", "/tokens"), ("GET", "/holds")):
        answer = gateway.admin(method, path, bearer=token)
        assert answer.status_code in (401, 403), path
        assert answer.headers["content-type"].startswith("application/problem+json")
    assert gateway.admin("GET", "/users", bearer="sy-" + "a" * 43).status_code == 401


def test_users_are_created_read_and_disabled(gateway):
    name = gateway.make_user()
    assert name in {row["username"] for row in gateway.listed("/users")}
    again = gateway.admin("POST", "/users", {"username": name, "role": "user"})
    assert again.status_code in (400, 409, 422)
    problem = again.json()
    assert {"type", "title", "status", "detail", "request_id"} <= set(problem)
    wrong = gateway.admin("POST", "/users", {"username": "", "role": "emperor"})
    assert wrong.status_code in (400, 422) and wrong.json()["errors"], "errors name their fields"


def test_deleting_a_user_ends_its_tokens(gateway):
    row = gateway.make_token()
    users = {entry["username"]: entry["id"] for entry in gateway.listed("/users")}
    assert gateway.chat("up/m", token=row["token"]).status_code == 200
    name = next(username for username, id in users.items() if row["user"] in (username, id))
    assert gateway.admin("DELETE", f"/users/{users[name]}").status_code in (200, 204)
    assert gateway.chat("up/m", token=row["token"]).status_code == 401
