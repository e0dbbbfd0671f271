"""A pytest plugin: runs an SDK's own tests against a node, in place of the suite's `conftest.py` and its mock server."""

from __future__ import annotations

import pathlib
import re
import sys

import anthropic
import openai
import pytest
from anthropic.resources.messages import DEPRECATED_MODELS

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "Acceptance"))

from configs import provider  # noqa: E402
from gateway import Gateway  # noqa: E402
from left_out import LEFT_OUT, NEVER_SENT, TRANSLATED  # noqa: E402
from upstreams import upstream  # noqa: E402

MODELS = {
    "openai": ("gpt-6-astra", "gpt-3.5-turbo-instruct", "gpt-4o-mini", "model"),
    "anthropic": ("claude-opus-5-5", "model_id", *DEPRECATED_MODELS),
}
NATIVE = {("openai", "openai"), ("openai", "responses"), ("anthropic", "anthropic")}
# What only a provider of OpenAI's own can be asked, whoever answers conversations.
BESIDES = (
    "dall-e-2", "gpt-4o-transcribe", "gpt-image-1.5", "gpt-image-2.5-flare", "omni-moderation-2024-09-26",
    "text-embedding-3-small", "tts-1", "whisper-1",
)  # fmt: skip
# A busy machine is no provider's fault.
PATIENT = {"connect_timeout": 60, "first_token_timeout": 60}
DEFAULTS = {"moderation_model": "besides/omni-moderation-2024-09-26", "image_model": "besides/dall-e-2"}


def pytest_addoption(parser):
    parser.addoption("--sdk", choices=sorted(MODELS), required=True)
    parser.addoption("--upstream", default=None, help="the wire of the provider behind the node; the SDK's own if not said")


def _is_native(config) -> bool:
    return (config.getoption("--sdk"), config.getoption("--upstream")) in NATIVE


def pytest_collection_modifyitems(config, items):
    """What is not the node's to answer has to be refused, and with its reason in `left_out.py`."""
    sdk = config.getoption("--sdk")
    asks = re.compile("" if _is_native(config) else TRANSLATED[sdk])
    chosen = [item for item in items if asks.search(item.nodeid) and NEVER_SENT not in item.nodeid]
    config.hook.pytest_deselected(items=[item for item in items if item not in chosen])
    items[:] = chosen
    errors = {"openai": openai.APIError, "anthropic": anthropic.APIError}
    for item in items:
        for pattern, upstreams, reason in LEFT_OUT[sdk]:
            if re.search(pattern, item.nodeid) and re.fullmatch(upstreams, config.getoption("--upstream")):
                item.add_marker(pytest.mark.xfail(strict=True, raises=errors[sdk], reason=reason))


@pytest.fixture(scope="session")
def node(pytestconfig, tmp_path_factory):
    sdk = pytestconfig.getoption("--sdk")
    behind, besides = upstream(pytestconfig.getoption("--upstream")), upstream("openai")
    wire = {"wire": "responses"} if pytestconfig.getoption("--upstream") == "responses" else {}
    config = {
        "providers": {
            "behind": provider(behind, *MODELS[sdk], **wire, **PATIENT),
            "besides": provider(besides, *BESIDES, **PATIENT),
        },
        "defaults": DEFAULTS,
    }
    gateway = Gateway(tmp_path_factory.mktemp("node"), config).start()
    yield gateway
    try:
        gateway.stop()
    finally:
        gateway.http.close()
        behind.close()
        besides.close()


@pytest.fixture(scope="session")
def anyio_backend():
    return "asyncio"


def _settings(node, sdk: str, strict: bool) -> dict:
    base = node.url + ("/v1" if sdk == "openai" else "")
    key = {"base_url": base, "api_key": node.admin_token, "timeout": 60, "max_retries": 0}
    return {**key, "_strict_response_validation": strict}


@pytest.fixture(scope="session")
def client(request, pytestconfig, node):
    sdk = pytestconfig.getoption("--sdk")
    kind = {"openai": openai.OpenAI, "anthropic": anthropic.Anthropic}[sdk]
    with kind(**_settings(node, sdk, getattr(request, "param", True))) as client:
        yield client


@pytest.fixture
async def async_client(request, pytestconfig, node):
    """The parameter is whether answers are validated strictly, or which HTTP library carries them."""
    sdk = pytestconfig.getoption("--sdk")
    asked = getattr(request, "param", True)
    settings = _settings(node, sdk, asked if isinstance(asked, bool) else True)
    module = {"openai": openai, "anthropic": anthropic}[sdk]
    if not isinstance(asked, bool) and asked.get("http_client") == "aiohttp":
        settings["http_client"] = module.DefaultAioHttpClient()
    kind = {"openai": openai.AsyncOpenAI, "anthropic": anthropic.AsyncAnthropic}[sdk]
    async with kind(**settings) as client:
        yield client


class Unmocked:
    """Stands where the suite scripts its mock server: here the fake upstream answers as the script would."""

    def __getattr__(self, name):
        return lambda *arguments, **options: self


@pytest.fixture
def respx2_mock():
    return Unmocked()
