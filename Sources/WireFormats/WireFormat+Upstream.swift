public import GatewayTypes

extension WireFormat {
    /// The type that speaks this format.
    var upstream: any UpstreamFormat.Type {
        switch self {
        case .openAIChat: OpenAIChatUpstream.self
        case .openAIResponses: OpenAIResponsesUpstream.self
        case .anthropicMessages: AnthropicMessagesUpstream.self
        case .gemini: GeminiUpstream.self
        case .ollamaChat: OllamaChatUpstream.self
        case .cohereChat: CohereUpstream.self
        }
    }

    /// Classifies an answer with an error status.
    public func failure(status: Int, body: [UInt8]) -> UpstreamFailure { upstream.failure(status: status, body: body) }
}
