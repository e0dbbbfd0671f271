public import GatewayTypes
internal import JSON

/// OpenAI's Responses as clients speak it. Nothing is kept here between requests: what a caller refers to by id exists only
/// at a provider that speaks Responses itself.
public enum OpenAIResponses: ConversationFormat {
    public typealias AnswerWriter = ResponsesAnswerWriter

    public static var ownWire: WireFormat? { .openAIResponses }

    public static func understand(_ received: ReceivedRequest) throws(GatewayError) -> ClientRequest {
        try ResponsesRequestCheck.understand(try JSONValue.requestBody(received.body), received)
    }

    public static func passThrough(
        _ request: ClientRequest, to target: UpstreamTarget
    ) throws(GatewayError) -> UpstreamCall {
        UpstreamCall(
            path: OpenAIResponsesUpstream.path(model: target.model.name, stream: request.stream),
            body: body(of: request, naming: target.model),
            relay: ResponsesPassThrough(writer: ResponsesAnswerWriter(request, from: target)))
    }

    /// The caller's bytes but for the model's name.
    static func body(of request: ClientRequest, naming model: ModelConfiguration) -> [UInt8] {
        guard model.name != request.model, let named = request.json["model"] else { return request.received.body }
        var splice = JSONSplice(of: request.json)
        splice.replace(named, with: JSONWriter.bytes { $0.string(model.name) })
        return splice.apply()
    }

    public static func conversation(_ request: ClientRequest) throws(GatewayError) -> Conversation {
        var reader = ResponsesConversationReader()
        return try reader.read(request.json)
    }

    public static func name(of field: ConversationField) -> String {
        switch field {
        case .toolChoice: "tool_choice"
        case .parallelToolCalls: "parallel_tool_calls"
        case .toolStrict: "tools.strict"
        case .maxTokens: "max_output_tokens"
        case .temperature: "temperature"
        case .topP: "top_p"
        case .topK: "top_k"
        case .frequencyPenalty: "frequency_penalty"
        case .presencePenalty: "presence_penalty"
        case .seed: "seed"
        case .stop: "stop"
        case .logitBias: "logit_bias"
        case .responseFormat: "text.format"
        case .reasoning: "reasoning"
        case .choiceCount: "n"
        case .logprobs: "include"
        case .topLogprobs: "top_logprobs"
        case .user: "user"
        case .metadata: "metadata"
        case .serviceTier: "service_tier"
        case .verbosity: "text.verbosity"
        case .promptCacheKey: "prompt_cache_key"
        case .participantName: "input.name"
        case .imageDetail: "input.content.detail"
        case .audio: "input.content.input_audio"
        case .video: "input.content.input_video"
        case .document: "input.content.input_file"
        case .image: "input.content.input_image"
        case .refusal: "input.content.refusal"
        case .thinking: "input.encrypted_content"
        case .toolResultImage: "input.output.input_image"
        case .fileID: "input.content.file_id"
        case .cacheControl: "input.content.prompt_cache_breakpoint"
        case .toolError: "input.output"
        case .documentName: "input.content.filename"
        case .callSignature: "input.encrypted_content"
        case .schemaDescription: "text.format.description"
        case .schemaStrict: "text.format.strict"
        }
    }

    public static func errorBody(_ error: GatewayError, requestID: String) -> [UInt8] {
        OpenAIChat.errorBody(error, requestID: requestID)
    }

    public static func streamError(_ error: GatewayError, requestID: String) -> [UInt8] {
        ResponsesEvent.error(error, sequence: 0)
    }
}
