"""Fixtures: fakes and gateways, ended and checked after each test or module."""

from __future__ import annotations

import os
import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parent))

from fakes import WIRES, Fake  # noqa: E402
from gateway import Gateway  # noqa: E402
from services.nginx import Edge  # noqa: E402

NEEDS_NO_BINARY = {"test_fakes.py"}


def pytest_collection_modifyitems(items):
    if os.environ.get("SWITCHYARD_BINARY"):
        return
    if any(item.path.name not in NEEDS_NO_BINARY for item in items):
        pytest.exit("SWITCHYARD_BINARY must name the gateway to test (Tests/Acceptance/run finds it)", 2)


def _make_fake():
    made: list[Fake] = []

    def make(wire: str = "openai", default=None, **options) -> Fake:
        made.append(Fake(WIRES[wire], default, **options))
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
