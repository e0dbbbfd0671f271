public import GatewayTypes
internal import JSON

/// Ollama's `POST /api/chat` as clients speak it: streamed unless it is told otherwise.
public enum OllamaChat: ConversationFormat {
    public typealias AnswerWriter = OllamaAnswerWriter

    public static var ownWire: WireFormat? { .ollamaChat }

    public static func understand(_ received: ReceivedRequest) throws(GatewayError) -> ClientRequest {
        let json = try JSONValue.requestBody(received.body)
        var check = try OllamaRequestCheck(json)
        try check.checkMessages()
        return try check.request(received)
    }

    public static func passThrough(
        _ request: ClientRequest, to target: UpstreamTarget
    ) throws(GatewayError) -> UpstreamCall {
        passThrough(request, to: target, path: "/api/chat", writer: AnswerWriter(request, from: target))
    }

    /// The caller's own bytes, but for the model's name.
    static func passThrough<Writer: ClientAnswerWriter>(
        _ request: ClientRequest, to target: UpstreamTarget, path: String, writer: Writer
    ) -> UpstreamCall {
        var splice = JSONSplice(of: request.json)
        if let named = request.json["model"], target.model.name != request.model {
            splice.replace(named, with: JSONWriter.bytes { $0.string(target.model.name) })
        }
        return UpstreamCall(
            path: path, body: splice.isEmpty ? request.received.body : splice.apply(),
            relay: OllamaPassThrough(writer: writer))
    }

    public static func conversation(_ request: ClientRequest) throws(GatewayError) -> Conversation {
        var reader = OllamaConversationReader()
        return reader.readChat(request.json, stream: request.stream)
    }

    public static func contentType(of request: ClientRequest) -> String {
        request.stream ? "application/x-ndjson" : "application/json; charset=utf-8"
    }

    /// A line is JSON or nothing, and clients read every one.
    public static var keepAlive: [UInt8]? { nil }

    public static func errorBody(_ error: GatewayError, requestID: String) -> [UInt8] {
        JSONWriter.bytes { $0.object { $0.member("error", error.message) } }
    }

    public static func streamError(_ error: GatewayError, requestID: String) -> [UInt8] {
        errorBody(error, requestID: requestID) + Array("\n".utf8)
    }

    public static func name(of field: ConversationField) -> String {
        switch field {
        case .toolChoice, .parallelToolCalls, .toolStrict: "tools"
        case .maxTokens: "options.num_predict"
        case .temperature: "options.temperature"
        case .topP: "options.top_p"
        case .topK: "options.top_k"
        case .frequencyPenalty: "options.frequency_penalty"
        case .presencePenalty: "options.presence_penalty"
        case .seed: "options.seed"
        case .stop: "options.stop"
        case .responseFormat, .schemaDescription, .schemaStrict: "format"
        case .reasoning: "think"
        case .logprobs: "logprobs"
        case .topLogprobs: "top_logprobs"
        case .image, .imageDetail, .toolResultImage: "messages.images"
        case .thinking: "messages.thinking"
        case .callSignature: "messages.tool_calls"
        case .audio, .video, .document, .documentName, .fileID, .refusal, .participantName, .toolError: "messages"
        case .logitBias, .choiceCount, .user, .metadata, .serviceTier, .verbosity, .promptCacheKey,
            .cacheControl:
            "options"
        }
    }
}
