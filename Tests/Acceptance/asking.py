"""How tests ask with the official SDKs of OpenAI and Anthropic, whole and streamed alike."""

from __future__ import annotations

import json

import pytest

from configs import user

streamed = pytest.mark.parametrize("streamed", [False, True], ids=["whole", "streamed"])
HELLO = {"max_tokens": 9, "messages": [user("hi")]}


def ask_chat(gateway, model, streamed, **fields) -> tuple[str, str]:
    """What the official SDK reads: the text and the finish reason."""
    with gateway.sdk() as sdk:
        request = {"model": model, "messages": [user("hi")], **fields}
        if not streamed:
            choice = sdk.chat.completions.create(**request).choices[0]
            return choice.message.content, choice.finish_reason
        text, finish = "", None
        for chunk in sdk.chat.completions.create(**request, stream=True):
            for choice in chunk.choices:
                text += choice.delta.content or ""
                finish = choice.finish_reason or finish
        return text, finish


def ask_message(sdk, wire, streamed, messages=None, **fields):
    """The final message, whole or by the stream helper."""
    asked = {"model": f"{wire}/m", "max_tokens": 77, "messages": messages or [user("hi")], **fields}
    if not streamed:
        return sdk.messages.create(**asked)
    with sdk.messages.stream(**asked) as stream:
        return stream.get_final_message()


def post_message(gateway, body, path="/v1/messages", token=None, **headers):
    """By hand, as the SDK would: the key in its own header, the version said."""
    headers = {"x-api-key": token or gateway.admin_token, "anthropic-version": "2023-06-01", **headers}
    raw = body if isinstance(body, bytes) else json.dumps(body)
    return gateway.http.post(path, content=raw, headers={"content-type": "application/json", **headers})
