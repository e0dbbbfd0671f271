public import GatewayTypes
internal import JSON

/// Ollama's `POST /api/embed`, and `/api/embeddings` before it, as clients speak them.
public enum OllamaEmbed: EmbeddingFormat {
    public static func understand(_ received: ReceivedRequest) throws(GatewayError) -> ClientRequest {
        let json = try JSONValue.requestBody(received.body)
        let fields = RequestFields(json: json)
        let model = try fields.model()
        let inputs = try inputs(fields, received.path)
        _ = try fields.bool("truncate")
        _ = try fields.count("dimensions")
        if let options = json.present("options"), options.kind != .object { throw fields.wrong("options", "an object") }
        return ClientRequest(received, json: json, model: model, stream: false, needs: needs(inputs))
    }

    /// The older path takes one text and answers one vector.
    private static func isOld(_ path: String) -> Bool { path == "/api/embeddings" }

    private static func inputs(_ fields: RequestFields, _ path: String) throws(GatewayError) -> [String] {
        if isOld(path) { return [try fields.text("prompt")] }
        guard let input = fields.json.present("input") else { throw fields.missing("input") }
        let texts = if let text = input.string { [text] } else { try fields.strings("input") ?? [] }
        guard !texts.isEmpty else { throw fields.wrong("input", "a string or a non-empty array of strings") }
        return texts
    }

    static func passThrough(
        _ request: ClientRequest, to target: UpstreamTarget
    ) throws(GatewayError) -> UpstreamCall? {
        guard target.wire == .ollamaChat else { return nil }
        let member = isOld(request.received.path) ? "embedding" : "embeddings"
        return UpstreamCall(
            path: request.received.path, body: request.body(namingModel: target.model.name),
            relay: WholeAnswerRelay { body, summary throws(UpstreamFailure) in
                let json = try JSONValue.answer(body)
                if let failure = OllamaFailure.inAnswer(json) { throw failure }
                guard json[member]?.kind == .array else { throw .noAnswer("it has no \(member)") }
                summary.model = json["model"]?.string
                summary.usage = json["prompt_eval_count"]?.tokenCount.map { Usage(promptTokens: $0).clamped() }
                return body
            })
    }

    static func read(_ request: ClientRequest) throws(GatewayError) -> EmbeddingRequest {
        let fields = RequestFields(json: request.json)
        var asked = EmbeddingRequest(try inputs(fields, request.received.path))
        asked.truncates = try fields.bool("truncate")
        asked.dimensions = try fields.count("dimensions")
        let input = isOld(request.received.path) ? "prompt" : "input"
        asked.unknownFields = fields.unknown(besides: ["model", input, "truncate", "dimensions"])
        return asked
    }

    static func name(of field: EmbeddingField) -> String {
        switch field {
        case .dimensions: "dimensions"
        case .purpose, .title, .user: "options"
        case .truncation: "truncate"
        }
    }

    static func write(
        _ answer: EmbeddingAnswer, to request: ClientRequest, _ asked: EmbeddingRequest, from target: UpstreamTarget
    ) -> [UInt8] {
        JSONWriter.bytes { json in
            json.object { json in
                guard !isOld(request.received.path) else {
                    return json.member("embedding", raw: answer.vectors[0].written(.float))
                }
                json.member("model", request.model)
                json.member(
                    "embeddings",
                    array: { json in for vector in answer.vectors { json.raw(vector.written(.float)) } })
                json.member("prompt_eval_count", answer.promptTokens ?? request.needs.promptTokens)
            }
        }
    }

    public static func contentType(of request: ClientRequest) -> String { OllamaChat.contentType(of: request) }

    public static func errorBody(_ error: GatewayError, requestID: String) -> [UInt8] {
        OllamaChat.errorBody(error, requestID: requestID)
    }

    public static func streamError(_ error: GatewayError, requestID: String) -> [UInt8] {
        OllamaChat.streamError(error, requestID: requestID)
    }
}
