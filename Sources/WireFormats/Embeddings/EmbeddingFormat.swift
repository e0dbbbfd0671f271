internal import GatewayTypes
internal import HTTPTypes
internal import JSON

/// A dialect that asks for embeddings: each reaches every upstream format that knows them, through the common form, or
/// untouched where the upstream speaks the dialect itself.
protocol EmbeddingFormat: ClientFormat {
    /// The call of a target that is spoken to in this dialect: the caller's own bytes but for what has to differ, both ways;
    /// `nil` where the target is spoken to in another.
    static func passThrough(_ request: ClientRequest, to target: UpstreamTarget) throws(GatewayError) -> UpstreamCall?

    static func read(_ request: ClientRequest) throws(GatewayError) -> EmbeddingRequest

    /// The caller's own (dotted) name of a field.
    static func name(of field: EmbeddingField) -> String

    /// The answer's body; what it needs of the request it is given.
    static func write(
        _ answer: EmbeddingAnswer, to request: ClientRequest, _ asked: EmbeddingRequest, from target: UpstreamTarget
    ) -> [UInt8]
}

extension EmbeddingFormat {
    public static func call(_ request: ClientRequest, to target: UpstreamTarget) throws(GatewayError) -> UpstreamCall {
        if let call = try passThrough(request, to: target) { return call }
        guard let upstream = target.wire.embeddings, request.needs.wires?.contains(target.wire) != false else {
            throw .unserved(.embedding)
        }
        let asked = try read(request)
        let most = upstream.mostInputs(of: target.model.name)
        guard asked.inputs.count <= most else { throw .tooManyTexts(most: most) }
        let encoded = upstream.encode(asked, for: target)
        let dropped = encoded.dropped.map { name(of: $0) } + asked.unknownFields
        return UpstreamCall(
            path: encoded.path, body: encoded.body, dropped: dropped.sorted(),
            relay: WholeAnswerRelay { body, summary throws(UpstreamFailure) in
                let answer = try upstream.answer(try .answer(body)).checked(count: asked.inputs.count)
                summary.model = answer.model
                summary.usage = answer.promptTokens.map { Usage(promptTokens: $0).clamped() }
                return write(answer, to: request, asked, from: target)
            })
    }

    static func needs(_ inputs: [String]) -> RequestNeeds {
        var needs = RequestNeeds()
        needs.operation = .embedding
        needs.maxTokens = 0
        needs.promptTokens = inputs.reduce(0) { $0 + ($1.utf8.count + 3) / 4 }
        return needs
    }
}

/// What an upstream format says of embeddings. Pure.
protocol EmbeddingUpstream: Sendable {
    /// How many texts `model` takes in one request.
    static func mostInputs(of model: String) -> Int

    static func encode(_ request: EmbeddingRequest, for target: UpstreamTarget) -> EncodedTask<EmbeddingField>

    /// - Throws: the error that the answer is, or `badAnswer`.
    static func answer(_ json: JSONValue) throws(UpstreamFailure) -> EmbeddingAnswer
}

extension EmbeddingUpstream {
    static func mostInputs(of model: String) -> Int { .max }
}

extension WireFormat {
    var embeddings: (any EmbeddingUpstream.Type)? {
        switch self {
        case .openAIChat: OpenAIEmbeddingsUpstream.self
        case .gemini: GeminiEmbeddingsUpstream.self
        case .ollamaChat: OllamaEmbedUpstream.self
        case .cohereChat: CohereEmbedUpstream.self
        case .bedrockConverse: BedrockEmbeddingsUpstream.self
        case .anthropicMessages, .openAICompletions, .openAIResponses: nil
        }
    }
}

extension GatewayError {
    fileprivate static func tooManyTexts(most: Int) -> GatewayError {
        .malformedRequest(
            message: most == 1
                ? "This model embeds one text at a time. Send a request for each."
                : "This model embeds at most \(most) texts at a time. Send them in several requests.",
            parameter: "input", code: "too_many_inputs")
    }

    /// Routing keeps such requests from such targets.
    static func unserved(_ operation: Operation) -> GatewayError {
        .malformedRequest(
            message: "This model cannot be asked for \(operation.words) in this way.", parameter: "model",
            code: "unsupported_by_model")
    }
}
