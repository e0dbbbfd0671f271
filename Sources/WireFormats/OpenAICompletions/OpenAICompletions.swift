public import GatewayTypes
internal import JSON

/// OpenAI's completions of the time before chat: a text goes in and is gone on with. Models that are said to speak this
/// format get the request as it came; every other is asked in a conversation whose one turn is the text.
public enum OpenAICompletions: ConversationFormat {
    public typealias AnswerWriter = CompletionsAnswerWriter

    public static var ownWire: WireFormat? { .openAICompletions }

    public static func understand(_ received: ReceivedRequest) throws(GatewayError) -> ClientRequest {
        try CompletionsRequestCheck.understand(try JSONValue.requestBody(received.body), received)
    }

    public static func passThrough(
        _ request: ClientRequest, to target: UpstreamTarget
    ) throws(GatewayError) -> UpstreamCall {
        var quirks = ChatQuirks()
        quirks.takesStreamOptions = target.quirks.takesStreamOptions
        let sent = PassThroughRequest(request, model: target.model.name, quirks: quirks)
        return UpstreamCall(
            path: OpenAICompletionsUpstream.path(model: target.model.name, stream: request.stream), body: sent.body,
            dropped: sent.dropped, relay: CompletionsPassThrough(request, from: target))
    }

    public static func conversation(_ request: ClientRequest) throws(GatewayError) -> Conversation {
        try CompletionsReader.conversation(request.json)
    }

    /// What this dialect has no word for is named as the newer one does.
    public static func name(of field: ConversationField) -> String {
        switch field {
        case .maxTokens: "max_tokens"
        case .logprobs, .topLogprobs: "logprobs"
        default: OpenAIChat.name(of: field)
        }
    }

    public static func errorBody(_ error: GatewayError, requestID: String) -> [UInt8] {
        OpenAIChat.errorBody(error, requestID: requestID)
    }

    public static func streamError(_ error: GatewayError, requestID: String) -> [UInt8] {
        OpenAIChat.streamError(error, requestID: requestID)
    }
}
