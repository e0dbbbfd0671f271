"""Fixtures: fakes and gateways, ended and checked after each test or module."""

from __future__ import annotations

import os
import pathlib
import signal
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parent))

from fakes import EVERY_WIRE, Fake  # noqa: E402
from gateway import Gateway  # noqa: E402
from services.mysql import make_database_server  # noqa: E402
from services.nginx import Edge  # noqa: E402

NEEDS_NO_BINARY = {"test_fakes.py", "test_chaos_sums.py", "test_second_chance.py"}


def pytest_collection_modifyitems(items):
    if os.environ.get("SWITCHYARD_BINARY"):
        return
    if any(item.path.name not in NEEDS_NO_BINARY for item in items):
        pytest.exit("SWITCHYARD_BINARY must name the gateway to test (Tests/Acceptance/run finds it)", 2)


def pytest_configure():
    # Whoever is told to end still ends the servers that were started.
    signal.signal(signal.SIGTERM, signal.default_int_handler)


def _make_fake():
    made: list[Fake] = []

    def make(wire: str = "openai", default=None, **options) -> Fake:
        made.append(Fake(EVERY_WIRE[wire], default, **options))
        return made[-1]

    yield make
    for fake in made:
        fake.close()


def _make_gateway(tmp_path_factory):
    made: list[Gateway] = []

    def make(config: dict, env: dict | None = None, start: bool = True, **options) -> Gateway:
        made.append(Gateway(tmp_path_factory.mktemp("gateway"), config, env, **options))
        return made[-1].start() if start else made[-1]

    yield make
    failures = []
    for gateway in made:
        try:
            gateway.stop()
        except AssertionError as failure:
            failures.append(failure)
        gateway.http.close()
    if failures:
        raise failures[0]


@pytest.fixture
def make_fake():
    yield from _make_fake()


def _make_edge(tmp_path_factory):
    made: list[Edge] = []

    def make(*nodes, **options) -> Edge:
        """Nginx before these gateways, fakes or addresses; `dns` and `node_port` in their place find them by name."""
        addresses = [node if isinstance(node, str) else f"{getattr(node, 'host', '127.0.0.1')}:{node.port}" for node in nodes]
        made.append(Edge(tmp_path_factory.mktemp("edge"), addresses, **options))
        return made[-1].start()

    yield make
    for edge in made:
        edge.stop()


@pytest.fixture
def make_edge(tmp_path_factory):
    yield from _make_edge(tmp_path_factory)


@pytest.fixture
def make_gateway(tmp_path_factory):
    yield from _make_gateway(tmp_path_factory)


@pytest.fixture(scope="module")
def module_fake():
    """As `make_fake`, kept for a whole file."""
    yield from _make_fake()


@pytest.fixture(scope="module")
def module_gateway(tmp_path_factory):
    """As `make_gateway`, kept for a whole file."""
    yield from _make_gateway(tmp_path_factory)


@pytest.fixture(scope="session")
def mariadb(tmp_path_factory):
    """One server for all tests that leave it running; `make_database()` gives each a database of its own."""
    server = make_database_server(tmp_path_factory.mktemp("mariadb")).start()
    yield server
    server.stop()


@pytest.fixture
def own_mariadb(tmp_path_factory):
    """A server that a test may stop, freeze or kill."""
    server = make_database_server(tmp_path_factory.mktemp("own-mariadb")).start()
    yield server
    server.stop()
