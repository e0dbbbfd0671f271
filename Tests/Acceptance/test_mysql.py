"""Nodes that keep their store in MySQL (MariaDB here): what they share, and what they do without it."""

import itertools
import os
import secrets
import statistics
import subprocess
import threading
import time

import pytest

from configs import provider
from gateway import MASTER_KEY, wait_until

pytestmark = pytest.mark.waits

QUICK = "?timeout=1&connect_timeout=1"


def config(fake):
    return {"providers": {"openai": provider(fake)}}


@pytest.fixture
def make_node(make_gateway, make_fake):
    fake = make_fake()
    numbers = itertools.count(1)

    def make(url: str, **options):
        env = {"SWITCHYARD_DATABASE_URL": url, "SWITCHYARD_MASTER_KEY": MASTER_KEY, "SWITCHYARD_NODE_ID": f"node-{next(numbers)}"}
        gateway = make_gateway(config(fake), env, start=False, **options)
        gateway.secrets.append(url.split(":")[2].split("@")[0])
        return gateway

    return make


def stranger():
    """A token that no node has been asked about: a refusal is remembered for a second."""
    return "sy-" + secrets.token_urlsafe(32)


def command(gateway, *words, env=None):
    return subprocess.run(
        [gateway.binary, *words], env={**gateway._env, **(env or {})}, cwd=gateway.folder, capture_output=True, text=True
    )


# What nodes share


def test_nodes_that_start_at_once_on_an_empty_database_share_it(make_node, mariadb):
    url = mariadb.make_database()
    nodes = [make_node(url) for _ in range(4)]
    starts = [threading.Thread(target=node.start) for node in nodes]
    for start in starts:
        start.start()
    for start in starts:
        start.join()
    token = nodes[0].make_token()["token"]
    for number, node in enumerate(nodes):
        answer = node.chat("openai/m", token=token, headers={"x-request-id": f"shared-{number}"})
        assert answer.status_code == 200, answer.text
    for number in range(4):
        assert nodes[-1 - number].row(f"shared-{number}")["status"] == 200
    assert nodes[0].http.get("/health").json()["store"] == {"kind": "mysql", "status": "ok"}


def test_a_token_revoked_at_one_node_ends_at_the_other(make_node, mariadb):
    url = mariadb.make_database()
    one, other = make_node(url).start(), make_node(url).start()
    row = one.make_token()
    assert other.chat("openai/m", token=row["token"]).status_code == 200
    assert one.admin("DELETE", f"/tokens/{row['id']}").status_code in (200, 204)
    assert one.chat("openai/m", token=row["token"]).status_code == 401
    wait_until(lambda: other.chat("openai/m", token=row["token"]).status_code == 401, 5, "401 at the other")


# Starts that cannot be


@pytest.mark.parametrize(
    "url, code, words",
    [
        (lambda db: db.url(database="no_such_database"), 78, "does not let this node in"),
        (lambda db: db.url(options="?pool=0"), 78, "pool must be a number from 1 to 64"),
        (lambda db: "postgres://u:hunter2@127.0.0.1/x", 78, "must be mysql://"),
    ],
)
def test_a_database_that_cannot_be_used_is_told_in_one_line(make_node, mariadb, url, code, words):
    node = make_node(url(mariadb))
    done = command(node, "serve")
    assert done.returncode == code, done.stderr
    assert words in done.stderr and "SWITCHYARD_DATABASE_URL" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert "hunter2" not in done.stderr and mariadb.password not in done.stderr


# Outages


def outage_checks(node, token, prefix, count):
    """What holds while the database is gone: known callers are served, fast; others get 503; the node stays ready."""
    taken = []
    for number in range(count):
        start = time.monotonic()
        answer = node.chat("openai/m", token=token, headers={"x-request-id": f"{prefix}-{number}"})
        taken.append(time.monotonic() - start)
        assert answer.status_code == 200, answer.text
    assert statistics.quantiles(taken, n=10)[-1] < 1, "none waits for the database, which would take a second"
    unknown = node.chat("openai/m", token=stranger())
    assert unknown.status_code == 503, unknown.text
    assert node.ready_status() == 200
    health = node.http.get("/health").json()
    assert health["status"] == "degraded" and health["store"]["status"] == "unavailable"


@pytest.mark.parametrize("fault", ["killed", "frozen"])
def test_without_the_database_known_callers_are_served_and_no_row_is_lost(make_node, own_mariadb, fault):
    node = make_node(own_mariadb.url(options=QUICK)).start()
    token = node.make_token()["token"]
    assert node.chat("openai/m", token=token).status_code == 200
    for round in range(2):
        own_mariadb.kill9() if fault == "killed" else own_mariadb.freeze()
        outage_checks(node, token, f"{fault}-{round}", 30)
        own_mariadb.start() if fault == "killed" else own_mariadb.thaw()
        wait_until(lambda: node.http.get("/health").json()["status"] == "ok", 5, "recovery")
        assert node.chat("openai/m", token=stranger()).status_code == 401
        wanted = {f"{fault}-{round}-{number}" for number in range(30)}
        wait_until(lambda: wanted <= {row["request_id"] for row in node.listed("/requests")}, what="the rows")
    ids = [row["request_id"] for row in node.listed("/requests")]
    assert len(ids) == len(set(ids)) == 61


def test_rows_of_an_outage_survive_kill_9_of_the_node(make_node, own_mariadb):
    node = make_node(own_mariadb.url(options=QUICK)).start()
    token = node.make_token()["token"]
    assert node.chat("openai/m", token=token).status_code == 200
    own_mariadb.kill9()
    for number in range(20):
        answer = node.chat("openai/m", token=token, headers={"x-request-id": f"dark-{number}"})
        assert answer.status_code == 200
    node.wait_for_no_holds()  # the last answer has left, but may not be settled yet
    node.kill9()
    own_mariadb.start()
    node.start()
    for number in range(20):
        assert node.row(f"dark-{number}")["state"] == "settled"


# The store as a whole


def test_a_store_moves_between_sqlite_and_mysql_whole(make_gateway, make_fake, mariadb):
    fake = make_fake()
    # The key that seals provider credentials moves apart from the store.
    node = make_gateway(config(fake), {"SWITCHYARD_MASTER_KEY": MASTER_KEY})
    row = node.make_token()
    for number in range(5):
        assert node.chat("openai/m", token=row["token"]).status_code == 200
    wait_until(lambda: len(node.listed("/requests")) == 5, what="five rows")
    before = node.listed("/requests")
    node.stop()

    sqlite = f"sqlite:{node.folder}/data/switchyard.sqlite"
    mysql = mariadb.make_database()
    done = command(node, "copy-store", "--from", sqlite, "--to", mysql)
    assert done.returncode == 0, done.stderr
    assert "requests  5" in done.stdout.splitlines() and "tokens  1" in done.stdout.splitlines()
    assert mariadb.password not in done.stdout + done.stderr

    again = command(node, "copy-store", "--from", sqlite, "--to", mysql)
    assert again.returncode == 64 and "--replace" in again.stderr
    assert command(node, "copy-store", "--from", sqlite, "--to", mysql, "--replace").returncode == 0

    moved = make_gateway(config(fake), {"SWITCHYARD_DATABASE_URL": mysql, "SWITCHYARD_MASTER_KEY": MASTER_KEY})
    assert moved.listed("/requests") == before
    assert moved.chat("openai/m", token=row["token"]).status_code == 200
    wait_until(lambda: len(moved.listed("/requests")) == 6, what="six rows")
    moved.stop()

    file = str(node.folder / "backup.sqlite")
    assert command(moved, "backup", file).returncode == 0
    assert os.stat(file).st_mode & 0o777 == 0o600
    assert command(moved, "backup", file).returncode == 64
    mariadb.query("DELETE FROM requests", database=mysql.rsplit("/", 1)[1])
    assert command(moved, "restore", file).returncode == 64
    assert command(moved, "restore", file, "--replace").returncode == 0
    moved.start()
    assert len(moved.listed("/requests")) == 6
