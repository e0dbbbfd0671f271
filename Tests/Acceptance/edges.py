"""What tests of the edge have in common."""

import httpx
import pytest

from configs import user
from fakes import Answer, behaviours
from gateway import Gateway
from services.nginx import Edge

BODY = {"model": "demo/echo", "messages": [user("Say hello.")]}
CHAT = "/v1/chat/completions"
SLOW = behaviours.answer(Answer(text="word " * 40), interval=0.02)
# Shorter than is shipped, so that the tests need not wait for it; longer than the edge keeps its connections.
DRAIN = {"server": {"drain_delay": 2}}
KEEP = ("switchyard/nodes-list.conf", "keepalive_timeout 4s", "keepalive_timeout 1s")


def client(edge: Edge, **options) -> httpx.Client:
    return httpx.Client(base_url=edge.url, verify=edge.context(), timeout=30, trust_env=False, **options)


def bearer(gateway: Gateway, token: str | None = None) -> dict:
    return {"authorization": f"Bearer {token or gateway.admin_token}"}


@pytest.fixture
def two_nodes(make_gateway):
    """Two nodes that share nothing but their admin token; `start(config)` starts them."""

    def start(config: dict, **options) -> tuple[Gateway, Gateway]:
        first = make_gateway(config, env={"SWITCHYARD_NODE_ID": "node-a"}, **options)
        env = {"SWITCHYARD_NODE_ID": "node-b", "SWITCHYARD_ADMIN_TOKEN": first.admin_token}
        second = make_gateway(config, env=env, **options)
        second.admin_token = first.admin_token
        return first, second

    return start


def assert_edge_error(answer: httpx.Response, status: int, code: str):
    """An error of the edge itself has OpenAI's shape and a request id."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/json" and answer.headers["x-request-id"]
    error = answer.json()["error"]
    assert set(error) == {"message", "type", "param", "code"} and error["code"] == code and error["message"]
