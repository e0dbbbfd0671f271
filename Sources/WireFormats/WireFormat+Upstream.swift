public import GatewayTypes

extension WireFormat {
    /// The type that speaks this format.
    var upstream: any UpstreamFormat.Type {
        switch self {
        case .openAIChat: OpenAIChatUpstream.self
        case .openAICompletions: OpenAICompletionsUpstream.self
        case .openAIResponses: OpenAIResponsesUpstream.self
        case .anthropicMessages: AnthropicMessagesUpstream.self
        case .gemini: GeminiUpstream.self
        case .ollamaChat: OllamaChatUpstream.self
        case .bedrockConverse: BedrockConverseUpstream.self
        case .cohereChat: CohereChatUpstream.self
        }
    }

    /// Classifies an answer with an error status.
    public func failure(status: Int, body: [UInt8]) -> UpstreamFailure { upstream.failure(status: status, body: body) }
}
