"""llm-comply's checks of each dialect against the published schemas, with providers of the other wires: the node's own answers."""

import pathlib
import sys

import llm_comply
import pytest
from llm_comply.config import ComplianceConfig
from llm_comply.result import TestStatus as Status
from llm_comply.runner import TestRunner as Runner
from llm_comply.schema import SpecLoader
from llm_comply.tests import get_tests

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "Acceptance"))

from configs import provider  # noqa: E402
from fakes import EVERY_WIRE, Answer, Fake, ToolCall, behaviours  # noqa: E402
from gateway import Gateway  # noqa: E402

SPECS = pathlib.Path(llm_comply.__file__).parent / "specs"
PATIENT = {"connect_timeout": 60, "first_token_timeout": 60}
# format, its schemas, base path, the header of the key, other headers, the wire that is its own
DIALECTS = [
    ("openai-chat", "openai_chat.json", "/v1", "Authorization", None, "openai"),
    ("open-responses", "openresponses.json", "/v1", "Authorization", None, "responses"),
    ("anthropic", "anthropic.json", "/v1", "x-api-key", {"anthropic-version": "2023-06-01"}, "anthropic"),
    ("google-genai", None, "", "x-goog-api-key", None, "gemini"),
]
WIRES = ["openai", "responses", "anthropic", "gemini", "ollama", "converse", "cohere"]
CASES = [(*dialect[:5], wire) for dialect in DIALECTS for wire in WIRES if wire != dialect[5]]
CALL = ToolCall("call_a", "get_weather", '{"location":"San Francisco"}')


def decide(exchange):
    """A call where the tool is offered, thinking where it is asked for."""
    asked = exchange.body.decode()
    if '"get_weather"' in asked:
        return behaviours.answer(Answer(text="", tools=(CALL,)))
    thinks = any(word in asked for word in ("reasoning", "hinking", "effort"))
    return behaviours.answer(Answer(thinking="Let me think.", signature="c2ln")) if thinks else None


@pytest.fixture(scope="module")
def node(tmp_path_factory):
    fakes = {name: Fake(EVERY_WIRE[name]) for name in WIRES}
    providers = {}
    for name, fake in fakes.items():
        fake.decide = decide
        wire = {"wire": "responses"} if name == "responses" else {}
        providers[name] = provider(fake, "gpt-5-claude-sonnet-4", **wire, **PATIENT)
    gateway = Gateway(tmp_path_factory.mktemp("node"), {"providers": providers}).start()
    yield gateway
    try:
        gateway.stop()
    finally:
        gateway.http.close()
        for fake in fakes.values():
            fake.close()


@pytest.mark.parametrize("format, spec, base, header, headers, wire", CASES, ids=[f"{case[0]}-{case[5]}" for case in CASES])
def test_each_dialect_complies_whoever_answers(node, format, spec, base, header, headers, wire):
    config = ComplianceConfig(
        base_url=node.url + base, api_key=node.admin_token, model=f"{wire}/gpt-5-claude-sonnet-4", auth_header=header,
        use_bearer_prefix=header == "Authorization", extra_headers=headers,
    )  # fmt: skip
    loader = SpecLoader(str(SPECS / spec) if spec else None)
    results = Runner(config=config, test_cases=get_tests(format), spec_loader=loader).run_all().results
    failed = {result.id: result.errors for result in results if result.status is not Status.PASSED}
    assert results and not failed
