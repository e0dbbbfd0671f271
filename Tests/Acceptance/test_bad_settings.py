"""Starts that cannot be: one line that names the setting, the right exit code, and a database that is as it was."""

import base64
import secrets
import sqlite3
import subprocess

import pytest

from clusters import environment
from gateway import MASTER_KEY, free_port, wait_until
from services.redis import Redis

pytestmark = pytest.mark.waits


@pytest.fixture
def redis(tmp_path):
    server = Redis(tmp_path / "redis").start()
    yield server
    server.stop()


@pytest.fixture
def database(mariadb):
    """The URL of an empty database, and its name."""
    url = mariadb.make_database()
    return url, url.rsplit("/", 1)[1]


def start(make_gateway, env: dict, command: str = "serve"):
    """Exit code and the words of a start that must fail."""
    gateway = make_gateway({}, env={"SWITCHYARD_MASTER_KEY": MASTER_KEY, **env}, start=False)
    (gateway.folder / "data").mkdir(exist_ok=True)
    done = subprocess.run([gateway.binary, command], env=gateway._env, cwd=gateway.folder, capture_output=True, text=True, timeout=60)
    # What a log line says before the start fails is not meant.
    lines = [line for line in done.stderr.splitlines() if not line.startswith("{")]
    assert len(lines) == 1, done.stderr
    return done.returncode, lines[0]


def dump(mariadb, name: str) -> list:
    """Every table and its rows."""
    tables = [row[0] for row in mariadb.query("SHOW TABLES", database=name)]
    return [(table, mariadb.query(f"SELECT * FROM {table}", database=name)) for table in sorted(tables)]


def migrated(make_gateway, url: str):
    """A database that a node has used."""
    make_gateway({}, env={"SWITCHYARD_DATABASE_URL": url, "SWITCHYARD_MASTER_KEY": MASTER_KEY}).stop()


# Rights

DATA = "SELECT, INSERT, UPDATE, DELETE"
SCHEMA = ["CREATE", "INDEX", "ALTER", "DROP"]


def user(mariadb, rights: str, name: str) -> str:
    """The URL of a new user with these rights in the database of that name."""
    who = "u_" + secrets.token_hex(4)
    mariadb.query(f"CREATE USER {who} IDENTIFIED BY 'secret-{who}'; GRANT {rights} ON {name}.* TO {who}", user="root")
    return mariadb.url(user=who, password=f"secret-{who}", database=name)


@pytest.mark.parametrize("missing", SCHEMA + ["INSERT", "UPDATE", "DELETE"])
def test_a_user_without_a_right_that_migrations_need_leaves_no_half_schema(make_gateway, mariadb, database, missing):
    rights = ", ".join(right for right in SCHEMA + DATA.split(", ") + ["REFERENCES"] if right != missing)
    url = user(mariadb, rights, database[1])
    code, text = start(make_gateway, {"SWITCHYARD_DATABASE_URL": url})
    assert code == 78 and "SWITCHYARD_DATABASE_URL" in text and "denied" in text and missing in text, text
    assert "secret-" not in text
    assert mariadb.query("SHOW TABLES", database=database[1]) == []
    mariadb.query(f"GRANT ALL ON {database[1]}.* TO {url.split('//')[1].split(':')[0]}", user="root")
    migrated(make_gateway, url)


def test_a_user_who_may_only_read_is_told_so_and_nothing_is_changed(make_gateway, mariadb, database):
    url, name = database
    migrated(make_gateway, url)
    before = dump(mariadb, name)
    code, text = start(make_gateway, {"SWITCHYARD_DATABASE_URL": user(mariadb, "SELECT", name)})
    assert code == 78 and "SWITCHYARD_DATABASE_URL" in text and "denied" in text, text
    assert dump(mariadb, name) == before


def test_a_user_who_may_not_change_the_schema_can_use_one_that_is_up_to_date(make_gateway, mariadb, database):
    url, name = database
    migrated(make_gateway, url)
    node = make_gateway({}, env={"SWITCHYARD_DATABASE_URL": user(mariadb, DATA, name), "SWITCHYARD_MASTER_KEY": MASTER_KEY})
    token = node.make_token()["token"]
    assert node.chat("demo/echo", token=token, headers={"x-request-id": "few-rights"}).status_code == 200
    assert node.row("few-rights")["state"] == "settled"


# Addresses and passwords


@pytest.mark.parametrize(
    "setting, url, code, words",
    [
        ("SWITCHYARD_DATABASE_URL", lambda db, redis: db.url(password="hunter2-wrong"), 78, "does not let this node in"),
        ("SWITCHYARD_DATABASE_URL", lambda db, redis: f"mysql://u:hunter2@127.0.0.1:{free_port()}/x", 75, "cannot be reached"),
        ("SWITCHYARD_DATABASE_URL", lambda db, redis: "mysql://u:hunter2@no-such-host.invalid/x", 75, "no-such-host.invalid"),
        ("SWITCHYARD_DATABASE_URL", lambda db, redis: f"mysql://u:hunter2@127.0.0.1:{redis.port}/x?connect_timeout=1", 75, "cannot be reached"),
        ("SWITCHYARD_REDIS_URL", lambda db, redis: redis.url.replace(redis.password, "hunter2"), 78, "password"),
        ("SWITCHYARD_REDIS_URL", lambda db, redis: f"redis://127.0.0.1:{redis.port}", 78, "wants a password"),
        ("SWITCHYARD_REDIS_URL", lambda db, redis: redis.url.replace("/0", "/99"), 78, "no database 99"),
        ("SWITCHYARD_REDIS_URL", lambda db, redis: f"redis://:hunter2@127.0.0.1:{free_port()}", 75, "cannot be reached"),
        ("SWITCHYARD_REDIS_URL", lambda db, redis: "redis://:hunter2@no-such-host.invalid", 75, "no-such-host.invalid"),
        ("SWITCHYARD_REDIS_URL", lambda db, redis: f"redis://:hunter2@127.0.0.1:{db.port}", 78, "Redis"),
    ],
)
def test_a_server_that_cannot_be_used_is_told_by_its_setting(make_gateway, mariadb, redis, setting, url, code, words):
    got, text = start(make_gateway, {setting: url(mariadb, redis)})
    assert got == code and setting in text and words in text, text
    for secret in ("hunter2", mariadb.password, redis.password):
        assert secret not in text


@pytest.mark.parametrize("rights, missing", [("~other:* +@all &*", "keys"), ("~* +@all -eval -evalsha &*", "commands")])
def test_a_redis_user_without_rights_is_told_so(make_gateway, redis, rights, missing):
    redis.ask("ACL", "SETUSER", "few", "on", ">pw-of-few", *rights.split())
    url = f"redis://few:pw-of-few@127.0.0.1:{redis.port}/0"
    code, text = start(make_gateway, {"SWITCHYARD_REDIS_URL": url})
    assert code == 78 and "SWITCHYARD_REDIS_URL" in text and "sy:*" in text, text
    assert "pw-of-few" not in text


# Keys and names


def test_a_master_key_of_another_database_is_refused_and_nothing_is_changed(make_gateway, mariadb, database):
    url, name = database
    migrated(make_gateway, url)
    before = dump(mariadb, name)
    other = base64.b64encode(secrets.token_bytes(32)).decode()
    code, text = start(make_gateway, {"SWITCHYARD_DATABASE_URL": url, "SWITCHYARD_MASTER_KEY": other})
    assert code == 78 and "SWITCHYARD_MASTER_KEY" in text and other not in text, text
    assert dump(mariadb, name) == before


@pytest.mark.parametrize("key, words", [("c2hvcnQ=", "32 bytes"), ("not base64!", "base64")])
def test_a_master_key_that_is_none_is_told(make_gateway, key, words):
    code, text = start(make_gateway, {"SWITCHYARD_MASTER_KEY": key})
    assert code == 78 and "SWITCHYARD_MASTER_KEY" in text and words in text and key not in text, text


@pytest.mark.parametrize("shared", ["MySQL", "MySQL and Redis"])
def test_a_second_node_of_one_name_does_not_start_and_the_first_goes_on(make_gateway, database, redis, shared):
    env = environment(redis.url if "Redis" in shared else None, database[0], "only-one")
    first = make_gateway({}, env=env)
    code, text = start(make_gateway, env)
    assert code == 78 and "SWITCHYARD_NODE_ID" in text and "only-one" in text, text
    assert [row["id"] for row in first.listed("/nodes") if row["live"]] == ["only-one"]
    assert first.chat("demo/echo").status_code == 200
    first.kill9()
    second = make_gateway({}, env=env)
    wait_until(lambda: [row["live"] for row in second.listed("/nodes")] == [True], what="one row")


# Schemas


def test_a_schema_of_a_newer_release_is_left_alone(make_gateway, mariadb, database):
    url, name = database
    migrated(make_gateway, url)
    mariadb.query("INSERT INTO schema_migrations VALUES (999, 'future', 'x', 0)", database=name)
    before = dump(mariadb, name)
    for command in ("serve", "migrate"):
        code, text = start(make_gateway, {"SWITCHYARD_DATABASE_URL": url}, command)
        assert code == 78 and "SWITCHYARD_DATABASE_URL" in text and "newer release" in text and "999" in text, text
    assert dump(mariadb, name) == before


def test_a_newer_sqlite_file_is_left_alone(make_gateway):
    node = make_gateway({})
    node.stop()
    file = node.folder / "data" / "switchyard.sqlite"
    with sqlite3.connect(file) as store:
        store.execute("INSERT INTO schema_migrations VALUES (999, 'future', 'x', 0)")
    store.close()
    before = sqlite3.connect(file).execute("SELECT sql FROM sqlite_master ORDER BY name").fetchall()
    code, text = start(make_gateway, {"SWITCHYARD_DATA": str(node.folder / "data")})
    assert code == 78 and "SWITCHYARD_DATA" in text and "newer release" in text, text
    assert sqlite3.connect(file).execute("SELECT sql FROM sqlite_master ORDER BY name").fetchall() == before


def test_a_schema_that_another_program_changed_is_left_alone(make_gateway, mariadb, database):
    url, name = database
    migrated(make_gateway, url)
    mariadb.query("UPDATE schema_migrations SET checksum = 'other' WHERE number = 2", database=name)
    before = dump(mariadb, name)
    code, text = start(make_gateway, {"SWITCHYARD_DATABASE_URL": url})
    assert code == 78 and "SWITCHYARD_DATABASE_URL" in text and "migration 2" in text, text
    assert dump(mariadb, name) == before


def test_an_older_schema_is_brought_up_to_date_with_its_rows(make_gateway, mariadb, database):
    """The first release's schema, as far as it was then: what later migrations made is taken away again."""
    url, name = database
    env = {"SWITCHYARD_DATABASE_URL": url, "SWITCHYARD_MASTER_KEY": MASTER_KEY}
    node = make_gateway({}, env=env)
    token = node.make_token()["token"]
    assert node.chat("demo/echo", token=token, headers={"x-request-id": "old"}).status_code == 200
    assert node.row("old")["state"] == "settled"
    node.stop()
    first = {"tiers", "users", "tokens", "settings", "requests", "schema_migrations", "schema_steps"}
    for (table,) in mariadb.query("SHOW TABLES", database=name):
        if table not in first:
            mariadb.query(f"DROP TABLE {table}", database=name)
    for index in {row[2] for row in mariadb.query("SHOW INDEX FROM requests", database=name)} - {"PRIMARY"}:
        mariadb.query(f"DROP INDEX {index} ON requests", database=name)
    mariadb.query("DELETE FROM schema_migrations WHERE number > 2", database=name)
    node.start()
    assert node.chat("demo/echo", token=token).status_code == 200
    assert node.row("old")["state"] == "settled"
    groups = lambda: node.admin("GET", "/usage", group_by="token").json()["data"]
    wait_until(lambda: sum(group["requests"] for group in groups()) == 2, what="sums of old rows and new ones")


def test_a_file_that_is_no_database_is_told(make_gateway, tmp_path):
    file = tmp_path / "store.sqlite"
    file.write_bytes(b"this is no database, but a letter to somebody else" * 100)
    before = file.read_bytes()
    code, text = start(make_gateway, {"SWITCHYARD_DATABASE_URL": f"sqlite:{file}"})
    assert code == 78 and "SWITCHYARD_DATABASE_URL" in text and "no database" in text, text
    assert file.read_bytes() == before
