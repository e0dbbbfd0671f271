"""Loopback providers that can fail in every way a real one fails."""

from .answer import Answer, ToolCall, Usage
from .anthropic_messages import AnthropicMessages
from .cohere import Cohere
from .fake import Fake
from .gemini import Gemini
from .ollama_chat import OllamaChat
from .openai_chat import OpenAIChat

WIRES = {wire.name: wire for wire in (OpenAIChat(), AnthropicMessages(), Gemini(), OllamaChat(), Cohere())}

__all__ = ["Answer", "Fake", "ToolCall", "Usage", "WIRES"]
