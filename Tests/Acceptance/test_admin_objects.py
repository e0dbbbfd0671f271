"""What the admin API stores is in force at once, on every node that shares the store, and its secrets stay where they are."""

import base64
import json
import os
import secrets
import signal
import subprocess
import time

import pytest

from configs import PRICE, provider
from fakes import Answer, behaviours
from gateway import wait_until
from services.mysql import make_database_server

pytestmark = pytest.mark.waits

KEY = "sk-stored-secret-" + secrets.token_hex(8)


def stored_provider(fake, *models, id="stored", key=KEY, **fields):
    return {"id": id, **provider(fake, *models, key=key, **fields)}


def add(gateway, path, body, status=201):
    answer = gateway.admin("POST", path, body)
    assert answer.status_code == status, answer.text
    return answer.json()


@pytest.fixture(params=["sqlite", "mysql"])
def twins(request, make_gateway, tmp_path):
    """Two nodes on one database, each with a journal of its own."""
    key = tmp_path / "master.key"
    key.write_text(base64.b64encode(os.urandom(32)).decode())
    shared = {"SWITCHYARD_MASTER_KEY_FILE": str(key), "SWITCHYARD_ADMIN_TOKEN": "admin-" + secrets.token_urlsafe(24)}
    database = None
    if request.param == "mysql":
        database = make_database_server(tmp_path / "mariadb").start()
        shared["SWITCHYARD_DATABASE_URL"] = database.url()
    nodes = []
    for name in ("one", "two"):
        nodes.append(make_gateway({}, env={**shared, "SWITCHYARD_NODE_ID": name}, start=False))
        nodes[-1].admin_token = shared["SWITCHYARD_ADMIN_TOKEN"]
        nodes[-1].secrets += [key.read_text(), nodes[-1].admin_token, KEY]
    if database is None:
        (nodes[1].folder / "data").mkdir()
        (nodes[1].folder / "data" / "switchyard.sqlite").symlink_to(nodes[0].folder / "data" / "switchyard.sqlite")
    for node in nodes:
        node.start()
    yield nodes
    for node in nodes:
        node.stop()
    if database is not None:
        database.stop()


def test_a_stored_provider_serves_without_a_restart(make_gateway, make_fake):
    fake = make_fake(default=behaviours.answer(Answer(text="from the store")))
    gateway = make_gateway({})
    gateway.secrets.append(KEY)
    assert gateway.chat("stored/m").status_code == 404
    add(gateway, "/providers", stored_provider(fake))
    answer = gateway.chat("stored/m")
    assert answer.status_code == 200 and "from the store" in answer.text
    assert fake.last.header("authorization") == f"Bearer {KEY}"
    gateway.stop()
    gateway.start()
    assert gateway.chat("stored/m").status_code == 200, "it is there after a restart"
    assert gateway.admin("DELETE", "/providers/stored").status_code == 204
    assert gateway.chat("stored/m").status_code == 404


def test_a_changed_price_counts_for_the_next_request(make_gateway, make_fake):
    gateway = make_gateway({})
    gateway.secrets.append(KEY)
    add(gateway, "/providers", stored_provider(make_fake()))
    costs = []
    for factor in (1, 10):
        pricing = {name: price * factor for name, price in PRICE.items()}
        answer = gateway.admin("PATCH", "/models/stored/m", {"pricing": pricing})
        assert answer.status_code == 200, answer.text
        assert gateway.chat("stored/m", headers={"x-request-id": f"price-{factor}"}).status_code == 200
        costs.append(float(gateway.row(f"price-{factor}")["cost_usd"]))
    assert costs[0] > 0 and costs[1] == pytest.approx(10 * costs[0])


def test_a_stored_rotation_follows_its_weights(make_gateway, make_fake):
    fakes = [make_fake(), make_fake()]
    gateway = make_gateway({})
    gateway.secrets.append(KEY)
    for number, fake in enumerate(fakes):
        add(gateway, "/providers", stored_provider(fake, id=f"p{number}"))
    members = [{"provider_id": f"p{n}", "models": [{"name": "m", "weight": w}]} for n, w in enumerate((3, 1))]
    add(gateway, "/rotations", {"id": "r", "providers": members})
    for _ in range(200):
        assert gateway.chat("rotation/r").status_code == 200
    share = len(fakes[0].exchanges) / 200
    assert 0.6 < share < 0.9  # four standard deviations of 200 draws at 0.75 are 0.12
    members[0]["models"][0]["weight"] = 0
    assert gateway.admin("PATCH", "/rotations/r", {"providers": members}).status_code == 200
    before = len(fakes[0].exchanges)
    for _ in range(20):
        assert gateway.chat("rotation/r").status_code == 200
    assert len(fakes[0].exchanges) == before


def test_keys_are_nowhere_but_sealed_in_the_store(make_gateway, make_fake):
    gateway = make_gateway({}, env={"SWITCHYARD_LOG": "debug"})
    keys = [KEY, KEY + "-2", KEY + "-3"]
    gateway.secrets += keys
    fake = make_fake(default=behaviours.answer(Answer(text="ok")))
    texts = [json.dumps(add(gateway, "/providers", stored_provider(fake)))]
    row = {"provider": "stored", "credential": "two", "api_key": keys[1]}
    texts.append(json.dumps(add(gateway, "/credentials", row)))
    for method, path, body in (
        ("PATCH", "/credentials/stored/two", {"api_key": keys[2]}),
        ("POST", "/credentials", row),
        ("PUT", "/providers/stored", {"type": "openai", "api_key": keys[0], "endpont": "x"}),
        ("POST", "/providers", {"id": "x", "type": "openai", "api_key": keys[0] + "\n"}),
        ("POST", "/providers", {"id": "x", "type": "openai", "credentials": {"api_key": keys[0]}}),
    ):
        texts.append(gateway.admin(method, path, body).text)
    assert gateway.chat("stored/m").status_code == 200
    for path in ("/providers", "/providers/stored", "/credentials", "/credentials/stored/two", "/models", "/audit",
                 "/nodes", "/settings", "/requests", "/usage"):
        answer = gateway.admin("GET", path)
        assert answer.status_code == 200, path
        texts.append(answer.text)
    texts += [gateway.http.get(path).text for path in ("/metrics", "/health")]
    gateway.stop()
    texts.append("\n".join(gateway.stderr))
    for text in texts:
        gateway.assert_no_secret_in(text, "an answer or the log")
    for file in (gateway.folder / "data").rglob("*"):
        if file.is_file():
            content = file.read_bytes()
            assert KEY.encode() not in content, file.name
    master = gateway.folder / "data" / "master.key"
    assert master.stat().st_mode & 0o777 == 0o600 and len(base64.b64decode(master.read_text())) == 32


def test_every_change_is_in_the_audit_log(make_gateway, make_fake):
    gateway = make_gateway({})
    gateway.secrets.append(KEY)
    token = gateway.make_token(user="admin", scopes=["admin"])["token"]
    headers = {"authorization": f"Bearer {token}", "x-request-id": "who-did-this"}
    made = gateway.http.post("/admin/api/v1/providers", json=stored_provider(make_fake()), headers=headers)
    version = int(made.headers["x-switchyard-config-version"])
    assert made.json()["config_version"] == version
    newest = gateway.admin("GET", "/audit", limit=1).json()["data"][0]
    assert (newest["id"], newest["actor"], newest["action"], newest["kind"], newest["object"]) == (
        version, "admin", "create", "provider", "stored")
    assert newest["request_id"] == "who-did-this" and newest["address"] == "127.0.0.1"
    assert newest["before"] is None and newest["after"]["credentials"][0]["id"] == "default"
    deleted = gateway.admin("DELETE", "/providers/stored")
    assert int(deleted.headers["x-switchyard-config-version"]) > version
    assert gateway.admin("DELETE", "/providers/stored").status_code == 404
    rows = gateway.listed("/audit", kind="provider")
    assert [row["action"] for row in rows] == ["delete", "create"]
    assert rows[0]["before"]["type"] == "openai" and rows[0]["after"] is None


def test_the_other_node_follows_and_a_write_can_wait_for_it(twins, make_fake):
    first, second = twins
    fake = make_fake()
    answer = first.http.post(
        "/admin/api/v1/providers", params={"wait": "applied"}, json=stored_provider(fake),
        headers={"authorization": f"Bearer {first.admin_token}"}, timeout=60)
    assert answer.status_code == 201, answer.text
    assert second.chat("stored/m").status_code == 200, "applied everywhere when the answer came"
    nodes = {row["id"]: row for row in second.listed("/nodes")}
    assert set(nodes) == {"one", "two"}
    assert all(row["applied_version"] >= answer.json()["config_version"] and row["live"] for row in nodes.values())
    assert second.admin("PATCH", "/models/stored/m", {"max_tokens": 9}).status_code == 200
    assert second.admin("PATCH", "/credentials/stored/default", {"weight": 2}).status_code == 200
    add(second, "/rotations", {"id": "r", "providers": [{"provider_id": "stored"}]})
    conflict = first.admin("DELETE", "/providers/stored")
    assert conflict.status_code == 409 and "rotation/r" in conflict.json()["detail"]
    wait_until(lambda: first.chat("rotation/r").status_code == 200, what="the rotation")
    assert second.admin("DELETE", "/rotations/r").status_code == 204
    token = first.make_token()
    second.secrets.append(token["token"])
    assert second.chat("stored/m", token=token["token"]).status_code == 200
    assert first.admin("DELETE", f"/tokens/{token['id']}").status_code == 200
    wait_until(lambda: second.chat("stored/m", token=token["token"]).status_code == 401, 5, "the revocation")
    second.stop()
    assert [row["id"] for row in first.listed("/nodes")] == ["one"], "a node that has gone is not waited for"
    second.start()


def test_a_node_that_hangs_is_waited_for_until_it_no_longer_counts(twins):
    first, second = twins
    second.signal(signal.SIGSTOP)
    began = time.monotonic()
    try:
        answer = first.http.put(
            "/admin/api/v1/tiers/waited", params={"wait": "applied"}, json={"limits": {}},
            headers={"authorization": f"Bearer {first.admin_token}"}, timeout=60)
        took = time.monotonic() - began
        live = {row["id"]: row["live"] for row in first.listed("/nodes")}
    finally:
        second.signal(signal.SIGCONT)
    assert answer.status_code == 201 or answer.status_code == 200, answer.text
    assert 5 < took < 30
    assert live == {"one": True, "two": False}
    behind = lambda: [row for row in first.listed("/nodes") if row["applied_version"] < answer.json()["config_version"]]
    wait_until(lambda: not behind(), what="what it missed")


def test_a_wrong_master_key_stops_the_start(make_gateway, make_fake):
    gateway = make_gateway({})
    gateway.secrets.append(KEY)
    add(gateway, "/providers", stored_provider(make_fake()))
    gateway.stop()
    for wrong, text in ((base64.b64encode(os.urandom(32)).decode(), "is not the key"), ("short", "32 bytes")):
        gateway._env["SWITCHYARD_MASTER_KEY"] = wrong
        with pytest.raises(AssertionError, match="SWITCHYARD_MASTER_KEY") as failure:
            gateway.start()
        assert text in str(failure.value) and wrong not in str(failure.value)
        assert gateway.process.wait() == 78
        gateway.process = None
    right = (gateway.folder / "data" / "master.key").read_text().strip()
    del gateway._env["SWITCHYARD_MASTER_KEY"]
    elsewhere = gateway.folder / "key"
    elsewhere.write_text(right + "\n")
    (gateway.folder / "data" / "master.key").unlink()
    gateway._env["SWITCHYARD_MASTER_KEY_FILE"] = str(elsewhere)
    gateway.start()
    assert gateway.chat("stored/m").status_code == 200


def test_the_file_wins_over_the_store(make_gateway, make_fake):
    ours, theirs = make_fake(), make_fake()
    gateway = make_gateway({})
    gateway.secrets.append(KEY)
    add(gateway, "/providers", stored_provider(ours, id="up"))
    assert gateway.chat("up/m").status_code == 200
    gateway.write_config({"providers": {"up": provider(theirs)}})
    gateway.signal(signal.SIGHUP)
    gateway.wait_for_log(lambda text: "wins over" in text and "provider/up" in text)
    assert gateway.chat("up/m").status_code == 200 and len(theirs.exchanges) == 1
    refused = gateway.admin("PATCH", "/providers/up", {"enabled": False})
    assert refused.status_code == 409 and refused.json()["type"].endswith("managed_by_file")


def test_a_broken_stored_object_does_not_stop_the_node(make_gateway, make_fake):
    gateway = make_gateway({"providers": {"filed": provider(make_fake())}})
    gateway.secrets.append(KEY)
    add(gateway, "/providers", stored_provider(make_fake()))
    add(gateway, "/rotations", {"id": "r", "providers": [{"provider_id": "filed"}]})
    gateway.write_config({})
    gateway.signal(signal.SIGHUP)
    gateway.wait_for_log(lambda text: "rotation/r" in text and "error" in text)
    assert gateway.chat("stored/m").status_code == 200
    gateway.stop()
    gateway.start()
    assert gateway.chat("stored/m").status_code == 200
    assert gateway.listed("/nodes")[0]["problem"].startswith("rotation/r")


def test_commands_are_in_the_audit_log_too(make_gateway):
    gateway = make_gateway({})
    run = subprocess.run(
        [gateway.binary, "token", "create", "--user", "admin", "--name", "by-hand"],
        env=gateway._env, cwd=gateway.folder, capture_output=True, text=True, timeout=60)
    assert run.returncode == 0, run.stderr
    gateway.secrets.append(run.stdout.strip())
    newest = gateway.admin("GET", "/audit", limit=1).json()["data"][0]
    assert (newest["actor"], newest["action"], newest["kind"]) == ("cli", "create", "token")
