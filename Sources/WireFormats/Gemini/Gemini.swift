public import GatewayTypes
internal import JSON

/// Google's `generateContent` as clients speak it: the path names the model and the operation.
public enum Gemini: ConversationFormat {
    public typealias AnswerWriter = GeminiAnswerWriter

    public static var ownWire: WireFormat? { .gemini }

    /// What a path can ask of a model, as it stands after the last colon.
    public static var operations: [String] { GeminiPath.Operation.allCases.map(\.rawValue) }

    /// What the operation that a decoded path below the version prefix ends with is spoken in, and its name; `nil` for what
    /// is no path of this dialect.
    public static func operation(at path: String) -> (Dialect, String)? {
        guard let operation = GeminiPath(path)?.operation else { return nil }
        return (operation.dialect, operation.rawValue)
    }

    public static func understand(_ received: ReceivedRequest) throws(GatewayError) -> ClientRequest {
        guard let path = GeminiPath(received.path), path.operation.dialect == .gemini else {
            throw .unknownPath(received.path)
        }
        let json = try JSONValue.requestBody(received.body)
        return ClientRequest(
            received, json: json, model: path.model, stream: path.operation == .stream,
            needs: try GeminiRequestCheck.needs(of: json))
    }

    public static func passThrough(
        _ request: ClientRequest, to target: UpstreamTarget
    ) throws(GatewayError) -> UpstreamCall {
        UpstreamCall(
            path: GeminiUpstream.path(model: target.model.name, stream: request.stream),
            body: GeminiPassThroughRequest.body(request, model: target.model.name),
            relay: GeminiPassThrough(request, from: target))
    }

    public static func conversation(_ request: ClientRequest) throws(GatewayError) -> Conversation {
        var reader = GeminiConversationReader()
        return try reader.read(request.json, stream: request.stream)
    }

    public static func contentType(of request: ClientRequest) -> String {
        let isEvents = request.stream && GeminiFraming(query: request.received.query) == .events
        return isEvents ? "text/event-stream" : "application/json; charset=UTF-8"
    }

    /// A blank line. Google's clients take a comment for the start of an error; between the elements of an array it is
    /// white space.
    public static var keepAlive: [UInt8]? { Array("\n".utf8) }

    public static func errorBody(_ error: GatewayError, requestID: String) -> [UInt8] {
        JSONWriter.bytes { GeminiErrorBody.write(error, to: &$0) }
    }

    public static func streamError(_ error: GatewayError, requestID: String) -> [UInt8] {
        GeminiFraming.events.framed(errorBody(error, requestID: requestID), isFirst: false)
    }

    public static func name(of field: ConversationField) -> String {
        switch field {
        case .toolChoice: "toolConfig.functionCallingConfig.mode"
        case .parallelToolCalls: "toolConfig"
        case .toolStrict: "tools.functionDeclarations"
        case .maxTokens: "generationConfig.maxOutputTokens"
        case .temperature: "generationConfig.temperature"
        case .topP: "generationConfig.topP"
        case .topK: "generationConfig.topK"
        case .frequencyPenalty: "generationConfig.frequencyPenalty"
        case .presencePenalty: "generationConfig.presencePenalty"
        case .seed: "generationConfig.seed"
        case .stop: "generationConfig.stopSequences"
        case .logitBias: "generationConfig"
        case .responseFormat: "generationConfig.responseMimeType"
        case .reasoning: "generationConfig.thinkingConfig"
        case .choiceCount: "generationConfig.candidateCount"
        case .logprobs: "generationConfig.responseLogprobs"
        case .topLogprobs: "generationConfig.logprobs"
        case .user, .metadata: "labels"
        case .serviceTier: "serviceTier"
        case .verbosity: "generationConfig.verbosity"
        case .promptCacheKey: "promptCacheKey"
        case .participantName: "contents.role"
        case .imageDetail: "generationConfig.mediaResolution"
        case .audio, .video, .document, .image: "contents.parts.inlineData"
        case .refusal: "contents.parts.text"
        case .thinking: "contents.parts.thought"
        case .toolResultImage: "contents.parts.functionResponse.parts"
        case .fileID: "contents.parts.fileData"
        case .cacheControl: "cachedContent"
        case .toolError: "contents.parts.functionResponse.response.error"
        case .documentName: "contents.parts.inlineData.displayName"
        case .callSignature: "contents.parts.thoughtSignature"
        case .schemaDescription, .schemaStrict: "generationConfig.responseSchema"
        }
    }
}
