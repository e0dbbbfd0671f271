public import GatewayTypes
internal import HTTPTypes
internal import JSON

/// Anthropic's Messages API as clients speak it.
public enum AnthropicMessages: ConversationFormat {
    public typealias AnswerWriter = AnthropicAnswerWriter

    public static var ownWire: WireFormat? { .anthropicMessages }

    public static func understand(_ received: ReceivedRequest) throws(GatewayError) -> ClientRequest {
        try AnthropicRequestCheck.understand(received, for: .conversation)
    }

    public static func passThrough(
        _ request: ClientRequest, to target: UpstreamTarget
    ) throws(GatewayError) -> UpstreamCall {
        var call = UpstreamCall(
            path: AnthropicMessagesUpstream.path(model: target.model.name, stream: request.stream)
                + betaQuery(of: request),
            body: bodyNamingModel(request, target), relay: AnthropicPassThrough(request, from: target))
        call.headers = headersToCarryOn(request)
        return call
    }

    public static func conversation(_ request: ClientRequest) throws(GatewayError) -> Conversation {
        var reader = AnthropicConversationReader()
        return try reader.read(request.json)
    }

    /// The caller's own body, but for the name that the target knows the model by.
    static func bodyNamingModel(_ request: ClientRequest, _ target: UpstreamTarget) -> [UInt8] {
        guard target.model.name != request.model, let named = request.json["model"] else {
            return request.received.body
        }
        var splice = JSONSplice(of: request.json)
        splice.replace(named, with: JSONWriter.bytes { $0.string(target.model.name) })
        return splice.apply()
    }

    /// Which version of the API the caller means, and what it tries out of the next.
    static func headersToCarryOn(_ request: ClientRequest) -> HTTPHeaders {
        var headers = HTTPHeaders()
        if let version = request.received.headers["anthropic-version"] { headers.append("anthropic-version", version) }
        let betas = request.received.headers.all("anthropic-beta")
        if !betas.isEmpty { headers.append("anthropic-beta", betas.joined(separator: ",")) }
        return headers
    }

    /// The SDKs' beta methods say so in the query, too.
    static func betaQuery(of request: ClientRequest) -> String {
        let isBeta = request.received.query?.split(separator: "&").contains("beta=true") == true
        return isBeta ? "?beta=true" : ""
    }

    /// A real event where other dialects have a comment: clients know it, and pass over it.
    public static var keepAlive: [UInt8]? { AnthropicEvent.ping }

    public static var headers: DialectHeaders { .anthropic }

    public static func status(of error: GatewayError) -> Int { AnthropicError.status(of: error) }

    public static func errorBody(_ error: GatewayError, requestID: String) -> [UInt8] {
        AnthropicError.body(error, requestID: requestID)
    }

    public static func streamError(_ error: GatewayError, requestID: String) -> [UInt8] {
        AnthropicEvent.bytes("error", errorBody(error, requestID: requestID))
    }

    public static func name(of field: ConversationField) -> String {
        switch field {
        case .toolChoice: "tool_choice"
        case .parallelToolCalls: "tool_choice.disable_parallel_tool_use"
        case .toolStrict: "tools.strict"
        case .maxTokens: "max_tokens"
        case .temperature: "temperature"
        case .topP: "top_p"
        case .topK: "top_k"
        case .stop: "stop_sequences"
        case .responseFormat: "output_config.format"
        case .reasoning: "thinking"
        case .user: "metadata.user_id"
        case .metadata: "metadata"
        case .serviceTier: "service_tier"
        case .verbosity: "verbosity"
        case .promptCacheKey: "prompt_cache_key"
        case .audio, .video, .document: "messages.content.document"
        case .image, .imageDetail: "messages.content.image"
        case .thinking: "messages.content.thinking"
        case .toolResultImage: "messages.content.tool_result.content.image"
        case .fileID: "messages.content.source.file_id"
        case .cacheControl: "cache_control"
        case .toolError: "messages.content.is_error"
        case .documentName: "messages.content.title"
        // What this dialect has no words for, so nobody can leave it out.
        case .frequencyPenalty: "frequency_penalty"
        case .presencePenalty: "presence_penalty"
        case .seed: "seed"
        case .logitBias: "logit_bias"
        case .choiceCount: "n"
        case .logprobs: "logprobs"
        case .topLogprobs: "top_logprobs"
        case .participantName: "messages.name"
        case .refusal: "messages.content.text"
        case .callSignature: "messages.content.signature"
        case .schemaDescription: "output_config.format.description"
        case .schemaStrict: "output_config.format.strict"
        }
    }
}
