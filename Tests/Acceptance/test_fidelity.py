"""docs/fidelity.md has an entry for every field that the official SDKs can send."""

import re
import typing
from pathlib import Path

import pytest
import typing_extensions
from openai.types.chat.completion_create_params import CompletionCreateParamsNonStreaming as OpenAIChat
from openai.types.completion_create_params import CompletionCreateParamsNonStreaming as OpenAICompletions
from openai.types.responses.response_create_params import ResponseCreateParamsNonStreaming as OpenAIResponses

DOCUMENT = Path(__file__).parents[2] / "docs" / "fidelity.md"

REQUESTS = {"openai-chat": OpenAIChat, "openai-completions": OpenAICompletions}


def fields(kind, path="", above=()):
    """The dotted names of everything that a typed dictionary may hold."""
    if typing_extensions.is_typeddict(kind):
        if kind not in above:
            for name, inner in typing_extensions.get_type_hints(kind).items():
                here = f"{path}.{name}" if path else name
                yield here
                yield from fields(inner, here, above + (kind,))
        return
    for inner in typing.get_args(kind):
        yield from fields(inner, path, above)


def entries(section):
    text = DOCUMENT.read_text().split(f"### Requests: {section}\n")[1].split("\n### ")[0]
    return set(re.findall(r"^\| `([^`]+)`", text, re.M))


@pytest.mark.parametrize("dialect", REQUESTS)
def test_every_field_of_the_sdk_has_an_entry(dialect):
    known = set(fields(REQUESTS[dialect]))
    assert len(known) >= 20
    assert known - entries(dialect) == set()


def test_responses_have_an_entry_for_each_field_item_and_tool():
    """Most of their five hundred fields are a provider's own tools', which go or stay as a whole."""
    known = {name for name in fields(OpenAIResponses) if "." not in name}
    assert len(known) > 25
    assert known - entries("openai-responses") == set()
