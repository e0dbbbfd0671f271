"""The database fails in every way it can: known callers are served, unknown ones get 503, every row arrives."""

import concurrent.futures
import subprocess
import time

import pytest

from clock import away_from_the_end_of_the_day
from clusters import start_nodes, stranger
from gateway import wait_until
from services.mariadb import MariaDB
from services.mysql import make_database_server
from services.redis import Redis

pytestmark = pytest.mark.waits

QUICK = "?timeout=1&connect_timeout=1"


@pytest.fixture
def redis(tmp_path):
    # Nothing happens to it here: what it keeps need not wait for a disk.
    server = Redis(tmp_path / "redis", persistent=False).start()
    yield server
    server.stop()


@pytest.fixture
def make_mariadb(tmp_path):
    made = []

    def make(*options: str) -> MariaDB:
        made.append(make_database_server(tmp_path / f"mariadb-{len(made)}", options=list(options)).start())
        return made[-1]

    yield make
    for server in made:
        server.stop()


@pytest.mark.minutes
@pytest.mark.timeout(600)
def test_minutes_without_the_database(make_mariadb, redis, make_gateway, make_fake):
    """One of the nodes has `strict_revocation`: after 30 s it trusts nobody it cannot ask about; the others go on."""
    away_from_the_end_of_the_day(200)
    mariadb = make_mariadb()
    nodes = start_nodes(make_gateway, make_fake, redis.url, mariadb.url(options=QUICK), count=2)
    strict = start_nodes(
        make_gateway, make_fake, redis.url, mariadb.url(options=QUICK), count=1,
        server={"strict_revocation": True}, env=lambda _: {"SWITCHYARD_NODE_ID": "strict"})
    known = nodes[0].make_token()
    limited = nodes[0].make_token(limits={"requests_per_day": 30})
    for both in (nodes, strict):
        usual = both.seconds(known, 10)
    assert nodes.persistent_burst(limited, 10) == {200: 10}
    mariadb.kill9()
    began = time.monotonic()
    refused_at = None
    while time.monotonic() - began < 125:
        for number in range(2):
            assert nodes.ask(number, known).status_code == 200
            assert nodes[number].chat("up/m", token=stranger()).status_code == 503
        status = strict.ask(0, known).status_code
        if refused_at is None and status == 503:
            refused_at = time.monotonic() - began
        assert status == (200 if refused_at is None else 503)
        nodes.assert_up()
        time.sleep(1)
    assert 25 < refused_at < 60, refused_at
    assert nodes.persistent_burst(limited, 60)[200] == 20, "limits are Redis's business"
    nodes.adds_at_most(known, usual, 0.05)
    mariadb.start()
    nodes.wait_for("store", "ok", 5)
    wait_until(lambda: strict.ask(0, known).status_code == 200, what="trust")
    for number in range(2):
        assert nodes[number].chat("up/m", token=stranger()).status_code == 401
    nodes.served += strict.served
    nodes.wait_for_rows(known)
    nodes.wait_for_rows(limited)


def test_a_restart_of_the_database_is_seen_by_nobody(make_mariadb, redis, make_gateway, make_fake):
    mariadb = make_mariadb()
    nodes = start_nodes(make_gateway, make_fake, redis.url, mariadb.url(options=QUICK))
    token = nodes[0].make_token()
    nodes.seconds(token, 6)
    with nodes.load(token, per_second=50) as statuses:
        for _ in range(5):
            mariadb.stop()
            mariadb.start()
            nodes.wait_for("store", "ok", 5)
        wait_until(lambda: len(statuses) > 50, what="requests")
    assert set(statuses) == {200}
    nodes.wait_for_rows(token)


FORTY_FIVE = "WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 45)"


def deadlock(mariadb, first: str, then: str, write) -> int:
    """Makes a node the victim of a deadlock. Locks the table `first`; lets `write` make a node write, and waits until it
    stands before that lock; then asks for `then`, which the node has locked. InnoDB gives up the side that has changed less.
    Returns the status that `write` got.

    A node waits three seconds at most. On a machine that stalls for so long there is no deadlock: then once more.
    """
    waits = lambda: int(mariadb.query("SHOW GLOBAL STATUS LIKE 'Innodb_row_lock_current_waits'", user="root")[0][1])
    metric = "SELECT count FROM information_schema.innodb_metrics WHERE name = 'lock_deadlocks'"
    deadlocks = lambda: int(mariadb.query(metric, user="root")[0][0])
    for _ in range(10):
        before = deadlocks()
        with concurrent.futures.ThreadPoolExecutor(1) as pool, mariadb.session() as enemy:
            enemy.run("SET SESSION innodb_lock_wait_timeout = 60; BEGIN")
            enemy.run(f"INSERT INTO ballast (text) {FORTY_FIVE} SELECT 'x' FROM numbers AS a, numbers AS b")
            enemy.run(f"SELECT COUNT(*) FROM {first} FOR UPDATE")
            writing = pool.submit(write)
            stands = lambda: waits() or writing.done() and writing.result() == 503
            wait_until(stands, 60, f"a node that waits for {first}")
            enemy.run(f"SELECT COUNT(*) FROM {then} FOR UPDATE")
            enemy.run("ROLLBACK")
        if deadlocks() > before:
            return writing.result()
    raise AssertionError(f"no deadlock between {first} and {then} in ten attempts")


def test_deadlocks_cost_no_row(make_mariadb, redis, make_gateway, make_fake):
    mariadb = make_mariadb()
    nodes = start_nodes(make_gateway, make_fake, redis.url, mariadb.url())
    token = nodes[0].make_token()
    nodes.seconds(token, 6)
    mariadb.query("CREATE TABLE ballast (id INT AUTO_INCREMENT PRIMARY KEY, text CHAR(10))")

    def ask() -> int:
        nodes.seconds(token, 9)
        return 200

    for _ in range(5):
        deadlock(mariadb, "usage_dirty", "requests", ask)
    nodes.wait_for_rows(token)
    for number in range(5):
        tier = f"/tiers/t{number}"
        put = lambda: nodes[number].admin("PUT", tier, {"limits": {}}).status_code
        assert deadlock(mariadb, "changes", "change_counter", put) in (200, 201)
        assert nodes[number + 1].admin("GET", tier).status_code == 200


def test_a_full_disk_under_the_database(make_mariadb, redis, make_gateway, make_fake):
    """The tablespace may grow to 24 MB and no further, which is what InnoDB makes of a disk without space; later to more."""
    space = "--innodb-data-file-path=ibdata1:12M:autoextend:max:{}M"
    mariadb = make_mariadb("--innodb-file-per-table=OFF", "--innodb-autoextend-increment=1", space.format(24))
    nodes = start_nodes(make_gateway, make_fake, redis.url, mariadb.url(options=QUICK))
    known = nodes[0].make_token()
    usual = nodes.seconds(known)
    mariadb.query("CREATE TABLE filler (id INT AUTO_INCREMENT PRIMARY KEY, text LONGTEXT)")
    for size in (1_000_000, 100_000, 12_000, 6_000, 500):
        full = subprocess.CompletedProcess([], 0)
        while full.returncode == 0:
            full = mariadb._client(f"INSERT INTO filler (text) SELECT REPEAT('x', {size})", check=False)
        assert "is full" in full.stderr, full.stderr
    with nodes.load(known, per_second=100) as statuses:
        wait_until(lambda: len(statuses) > 600, what="requests")
    assert set(statuses) == {200}
    written = len(nodes[0].listed("/requests", token=known["id"]))
    assert written < nodes.served[known["id"]], "the disk is full"
    assert nodes[0].admin("PUT", "/tiers/refused", {"limits": {}}).status_code in (200, 503)
    nodes.assert_up()
    nodes.adds_at_most(known, usual, 0.05)
    mariadb.stop()
    mariadb.options[-1] = space.format(200)
    mariadb.start()
    nodes.wait_for("store", "ok", 5)
    nodes.wait_for_rows(known)
    for number in range(3):
        answer = nodes[number].admin("PUT", f"/tiers/t{number}", {"limits": {}}, wait="applied")
        assert answer.status_code == 201 or answer.status_code == 200, answer.text
