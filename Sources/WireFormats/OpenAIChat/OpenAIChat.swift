public import GatewayTypes
internal import JSON

/// OpenAI chat completions as clients speak it.
public enum OpenAIChat: ConversationFormat {
    public typealias AnswerWriter = ChatAnswerWriter

    public static var ownWire: WireFormat? { .openAIChat }

    public static func understand(_ received: ReceivedRequest) throws(GatewayError) -> ClientRequest {
        try ChatRequestCheck.understand(try JSONValue.requestBody(received.body), received)
    }

    public static func passThrough(
        _ request: ClientRequest, to target: UpstreamTarget
    ) throws(GatewayError) -> UpstreamCall {
        let sent = PassThroughRequest(request, model: target.model.name, quirks: target.quirks)
        return UpstreamCall(
            path: OpenAIChatUpstream.path(model: target.model.name, stream: request.stream), body: sent.body,
            dropped: sent.dropped, relay: ChatPassThrough(request, from: target))
    }

    public static func conversation(_ request: ClientRequest) throws(GatewayError) -> Conversation {
        var reader = ChatConversationReader()
        return try reader.read(request.json)
    }

    /// Whether a request knows `functions` and `function_call`, the words for tools before there were tools.
    static func isLegacy(_ request: JSONValue) -> Bool {
        request.present("functions") != nil && request.present("tools") == nil
    }

    public static func name(of field: ConversationField) -> String {
        switch field {
        case .toolChoice: "tool_choice"
        case .parallelToolCalls: "parallel_tool_calls"
        case .toolStrict: "tools.function.strict"
        case .maxTokens: "max_completion_tokens"
        case .temperature: "temperature"
        case .topP: "top_p"
        case .topK: "top_k"
        case .frequencyPenalty: "frequency_penalty"
        case .presencePenalty: "presence_penalty"
        case .seed: "seed"
        case .stop: "stop"
        case .logitBias: "logit_bias"
        case .responseFormat: "response_format"
        case .reasoning: "reasoning_effort"
        case .choiceCount: "n"
        case .logprobs: "logprobs"
        case .topLogprobs: "top_logprobs"
        case .user: "user"
        case .metadata: "metadata"
        case .serviceTier: "service_tier"
        case .verbosity: "verbosity"
        case .promptCacheKey: "prompt_cache_key"
        case .participantName: "messages.name"
        case .imageDetail: "messages.content.image_url.detail"
        case .audio: "messages.content.input_audio"
        case .video: "messages.content.video_url"
        case .document: "messages.content.file"
        case .image: "messages.content.image_url"
        case .refusal: "messages.content.refusal"
        case .thinking: "messages.reasoning_content"
        case .toolResultImage: "messages.content.image_url"
        case .fileID: "messages.content.file.file_id"
        case .cacheControl: "messages.content.cache_control"
        case .toolError: "messages.is_error"
        case .documentName: "messages.content.file.filename"
        case .callSignature: "messages.tool_calls.extra_content"
        case .schemaDescription: "response_format.json_schema.description"
        case .schemaStrict: "response_format.json_schema.strict"
        }
    }

    public static func errorBody(_ error: GatewayError, requestID: String) -> [UInt8] {
        JSONWriter.bytes {
            $0.object {
                $0.key("error")
                $0.object {
                    $0.member("message", error.message)
                    $0.member("type", type(of: error))
                    $0.key("param")
                    if let parameter = error.parameter { $0.string(parameter) } else { $0.null() }
                    $0.key("code")
                    if let code = error.code { $0.string(code) } else { $0.null() }
                    if let code = error.providerCode(besides: type(of: error)) { $0.member("provider_code", code) }
                }
            }
        }
    }

    public static func streamError(_ error: GatewayError, requestID: String) -> [UInt8] {
        Array("data: ".utf8) + errorBody(error, requestID: requestID) + Array("\n\n".utf8)
    }

    /// OpenAI's word for the kind of error, by status.
    static func type(of error: GatewayError) -> String {
        if error.code == "insufficient_quota" { return "insufficient_quota" }
        return switch error.status {
        case 401: "authentication_error"
        case 402: "insufficient_quota"
        case 403: "permission_error"
        case 404: "not_found_error"
        case 413: "request_too_large"
        case 429: "rate_limit_error"
        case 502, 503: "overloaded"
        case 500...: "api_error"
        default: "invalid_request_error"
        }
    }
}
