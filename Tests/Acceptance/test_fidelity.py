"""docs/fidelity.md has an entry for every field that the official SDKs can send."""

import re
import typing
from pathlib import Path

import pytest
import typing_extensions
from openai.types.chat.completion_create_params import CompletionCreateParamsNonStreaming as OpenAIChat

DOCUMENT = Path(__file__).parents[2] / "docs" / "fidelity.md"

REQUESTS = {"openai-chat": OpenAIChat}


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
    assert len(known) > 20
    assert known - entries(dialect) == set()
