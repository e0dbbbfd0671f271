"""Loopback providers that can fail in every way a real one fails."""

from .answer import Answer, ToolCall, Usage
from .anthropic_messages import AnthropicMessages
from .cohere import Cohere
from .fake import Fake
from .gemini import Gemini
from .ollama_chat import OllamaChat
from .openai_chat import OpenAIChat
from .openai_responses import OpenAIResponses

WIRES = {wire.name: wire for wire in (OpenAIChat(), AnthropicMessages(), Gemini(), OllamaChat(), Cohere())}

# Responses has no word for some of what the others are asked, and tests of its own.
EVERY_WIRE = {**WIRES, "responses": OpenAIResponses()}

__all__ = ["EVERY_WIRE", "Answer", "Fake", "ToolCall", "Usage", "WIRES"]
