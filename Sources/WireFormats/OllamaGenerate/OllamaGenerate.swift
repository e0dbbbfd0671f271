public import GatewayTypes
internal import JSON

/// Ollama's `POST /api/generate` as clients speak it: one prompt, streamed unless it is told otherwise.
public enum OllamaGenerate: ConversationFormat {
    public typealias AnswerWriter = OllamaGenerateWriter

    public static var ownWire: WireFormat? { .ollamaChat }

    public static func understand(_ received: ReceivedRequest) throws(GatewayError) -> ClientRequest {
        let json = try JSONValue.requestBody(received.body)
        var check = try OllamaRequestCheck(json)
        try check.checkPrompt()
        return try check.request(received)
    }

    public static func passThrough(
        _ request: ClientRequest, to target: UpstreamTarget
    ) throws(GatewayError) -> UpstreamCall {
        OllamaChat.passThrough(request, to: target, path: "/api/generate", writer: AnswerWriter(request, from: target))
    }

    public static func conversation(_ request: ClientRequest) throws(GatewayError) -> Conversation {
        if request.json.present("suffix")?.string?.isEmpty == false {
            throw .malformedRequest(
                message: "'suffix' (filling in the middle) can be asked of Ollama's own models only.",
                parameter: "suffix", code: "unsupported_value")
        }
        var reader = OllamaConversationReader()
        return reader.readPrompt(request.json, stream: request.stream)
    }

    public static func contentType(of request: ClientRequest) -> String { OllamaChat.contentType(of: request) }

    public static var keepAlive: [UInt8]? { OllamaChat.keepAlive }

    public static func errorBody(_ error: GatewayError, requestID: String) -> [UInt8] {
        OllamaChat.errorBody(error, requestID: requestID)
    }

    public static func streamError(_ error: GatewayError, requestID: String) -> [UInt8] {
        OllamaChat.streamError(error, requestID: requestID)
    }

    public static func name(of field: ConversationField) -> String {
        let name = OllamaChat.name(of: field)
        if name == "messages.images" { return "images" }
        return name.hasPrefix("messages") ? "prompt" : name
    }
}
