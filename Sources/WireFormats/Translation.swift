public import GatewayTypes

/// The support matrix: which upstream formats and client dialects there are, and how a request and its answer get from one
/// to the other. A new format is a folder and its lines here.
public enum Translation {
    /// Whether candidate and caller speak the same format, so that bytes pass untouched.
    public static func isPassThrough(_ dialect: Dialect, _ wire: WireFormat) -> Bool {
        switch (dialect, wire) {
        case (.openAIChat, .openAIChat): true
        case (.openAIChat, .anthropicMessages), (.openAIChat, .gemini), (.openAIChat, .ollamaChat): false
        }
    }

    /// The caller's own body with what has to differ spliced in, and the caller's names of what the provider refuses.
    public static func passThrough(
        _ request: ClientRequest, model: String, quirks: ChatQuirks = ChatQuirks()
    ) -> (body: [UInt8], dropped: [String]) {
        switch request.dialect {
        case .openAIChat:
            let sent = PassThroughRequest(request, model: model, quirks: quirks)
            return (sent.body, sent.dropped)
        }
    }

    /// The caller's request in the common form.
    public static func conversation(_ request: ClientRequest) throws(GatewayError) -> Conversation {
        switch request.dialect {
        case .openAIChat: try OpenAIChat.conversation(request)
        }
    }

    /// The caller's name of a field.
    public static func name(of field: ConversationField, in dialect: Dialect) -> String {
        switch dialect {
        case .openAIChat: OpenAIChat.name(of: field)
        }
    }

    /// The request body for an upstream of another format than the caller's.
    public static func encode(
        _ conversation: Conversation, for wire: WireFormat, model: ModelConfiguration, quirks: ChatQuirks = ChatQuirks()
    ) throws(GatewayError) -> EncodedRequest {
        switch wire {
        case .openAIChat: OpenAIChatUpstream.encode(conversation, model: model, quirks: quirks)
        case .anthropicMessages, .gemini, .ollamaChat: try wire.upstream.encode(conversation, model: model)
        }
    }

    /// What may be sent into a stream that is silent, so that proxies on the way keep it open; `nil` where a dialect's
    /// clients take nothing of the kind.
    public static func keepAlive(in dialect: Dialect) -> [UInt8]? {
        switch dialect {
        // A comment, which the SDKs' decoders of server-sent events pass over.
        case .openAIChat: Array(": keep-alive\n\n".utf8)
        }
    }

    /// What turns an upstream's answer into the caller's.
    public static func relay(
        _ request: ClientRequest, from wire: WireFormat, model: String, id: String, created: Int,
        quirks: ChatQuirks = ChatQuirks()
    ) -> any AnswerRelay {
        switch request.dialect {
        case .openAIChat where wire == .openAIChat:
            ChatPassThrough(
                includeUsage: request.includeUsage, endsWithoutReason: quirks.endsWithoutReason, model: model, id: id,
                created: created)
        case .openAIChat:
            wire.upstream.relay(
                to: OpenAIChat.self,
                OpenAIChat.AnswerWriter(
                    includeUsage: request.includeUsage, model: model, id: id, created: created))
        }
    }
}

extension UpstreamFormat {
    fileprivate static func relay<Client: ClientFormat>(
        to client: Client.Type, _ writer: Client.AnswerWriter
    ) -> any AnswerRelay {
        TranslatingRelay<Self, Client>(writer: writer)
    }
}

extension WireFormat {
    /// The type that speaks this format.
    var upstream: any UpstreamFormat.Type {
        switch self {
        case .openAIChat: OpenAIChatUpstream.self
        case .anthropicMessages: AnthropicMessagesUpstream.self
        case .gemini: GeminiUpstream.self
        case .ollamaChat: OllamaChatUpstream.self
        }
    }

    /// The chat operation's path below a provider's endpoint.
    public func path(model: String, stream: Bool) -> String { upstream.path(model: model, stream: stream) }

    /// Classifies an answer with an error status.
    public func failure(status: Int, body: [UInt8]) -> UpstreamFailure { upstream.failure(status: status, body: body) }
}
