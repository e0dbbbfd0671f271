"""Loopback providers that can fail in every way a real one fails."""

from .answer import Answer, ToolCall, Usage
from .anthropic_messages import AnthropicMessages
from .azure import Azure
from .bedrock import BedrockConverse, BedrockInvoke
from .cohere import Cohere
from .fake import Fake
from .gemini import Gemini
from .ollama_chat import OllamaChat
from .openai_chat import OpenAIChat
from .openai_responses import OpenAIResponses
from .vertex import Vertex

WIRES = {
    wire.name: wire
    for wire in (OpenAIChat(), AnthropicMessages(), Gemini(), OllamaChat(), BedrockConverse(), Cohere())
}
# Clouds that serve another's wire at addresses of their own.
HOSTED = {wire.name: wire for wire in (Azure(), BedrockInvoke())}

# Responses has no word for some of what the others are asked, and tests of its own.
EVERY_WIRE = {**WIRES, **HOSTED, "responses": OpenAIResponses()}

__all__ = ["EVERY_WIRE", "Answer", "Fake", "HOSTED", "ToolCall", "Usage", "Vertex", "WIRES"]
