public import GatewayTypes
internal import JSON

/// Google's `embedContent` and `batchEmbedContents` as clients speak them: the path names the model and the operation.
public enum GeminiEmbeddings: EmbeddingFormat {
    public static func understand(_ received: ReceivedRequest) throws(GatewayError) -> ClientRequest {
        guard let path = GeminiPath(received.path), path.operation.dialect == .geminiEmbeddings else {
            throw .unknownPath(received.path)
        }
        let json = try JSONValue.requestBody(received.body)
        let parts = try parts(of: json, path.operation)
        var needs = needs(parts.flatMap(\.texts))
        // What is no text, and texts for several purposes at once, are nobody else's.
        if parts.contains(where: { $0.hasMore || $0.options != parts[0].options }) {
            needs.wires = [.gemini]
            needs.promptTokens += json.range.count / 64
        }
        return ClientRequest(received, json: json, model: path.model, stream: false, needs: needs)
    }

    /// One content to be embedded.
    private struct Part {
        var texts: [String] = []
        /// Whether there is more in it than text.
        var hasMore = false
        var options: [String]
    }

    private static func requests(of json: JSONValue, _ operation: GeminiPath.Operation) -> [JSONValue] {
        operation == .batchEmbed ? json.list("requests") : [json]
    }

    private static func parts(
        of json: JSONValue, _ operation: GeminiPath.Operation
    ) throws(GatewayError) -> [Part] {
        var all: [Part] = []
        for request in requests(of: json, operation) {
            let place = operation == .batchEmbed ? "requests[\(all.count)]." : ""
            let fields = RequestFields(json: request, place: place)
            guard let content = request.field("content"), content.kind == .object || content.kind == .string else {
                throw request.field("content") == nil ? fields.missing("content") : fields.wrong("content", "an object")
            }
            if let type = request.field("taskType"), type.kind != .string { throw fields.wrong("taskType", "a string") }
            if let length = request.field("outputDimensionality"), length.wholeNumber.map({ $0 > 0 }) != true {
                throw fields.wrong("outputDimensionality", "a whole number above zero")
            }
            var part = Part(options: options(of: request))
            for piece in content.list("parts") {
                let text = piece.string ?? piece.field("text")?.string
                if let text { part.texts.append(text) }
                if text == nil || piece.fields.contains(where: { $0.name != "text" }) { part.hasMore = true }
            }
            if let text = content.string { part.texts = [text] }
            guard part.hasMore || part.texts.contains(where: { !$0.isEmpty }) else {
                throw fields.missing("content.parts")
            }
            all.append(part)
        }
        guard !all.isEmpty else { throw RequestFields(json: json).missing("requests") }
        return all
    }

    private static func options(of request: JSONValue) -> [String] {
        ["taskType", "title", "outputDimensionality"].map { request.field($0)?.compactText ?? "" }
    }

    static func passThrough(
        _ request: ClientRequest, to target: UpstreamTarget
    ) throws(GatewayError) -> UpstreamCall? {
        guard target.wire == .gemini, let operation = GeminiPath(request.received.path)?.operation else { return nil }
        let model = String(GeminiUpstream.path(of: target.model.name).dropFirst())
        var splice = JSONSplice(of: request.json)
        for part in [request.json] + requests(of: request.json, operation) {
            guard let named = part["model"], !named.isString(model) else { continue }
            splice.replace(named, with: JSONWriter.bytes { $0.string(model) })
        }
        return UpstreamCall(
            path: GeminiUpstream.path(model: target.model.name, operation: operation.rawValue),
            body: splice.isEmpty ? request.received.body : splice.apply(),
            relay: WholeAnswerRelay { body, summary throws(UpstreamFailure) in
                let json = try JSONValue.answer(body)
                if let failure = GeminiFailure.inAnswer(json) { throw failure }
                guard json["embedding"]?.kind == .object || json["embeddings"]?.kind == .array else {
                    throw .noAnswer("it has no embedding")
                }
                summary.usage = json["usageMetadata"]?["promptTokenCount"]?.tokenCount.map { Usage(promptTokens: $0) }
                return body
            })
    }

    static func read(_ request: ClientRequest) throws(GatewayError) -> EmbeddingRequest {
        guard let operation = GeminiPath(request.received.path)?.operation else {
            throw .unknownPath(request.received.path)
        }
        let parts = try parts(of: request.json, operation)
        let requests = requests(of: request.json, operation)
        var asked = EmbeddingRequest(parts.map { $0.texts.joined(separator: "\n") })
        let first = requests[0]
        asked.dimensions = first.field("outputDimensionality")?.wholeNumber
        asked.title = first.field("title")?.string
        let type = first.field("taskType")?.string
        asked.purpose = type.flatMap(GeminiTaskType.purpose)
        let prefix = operation == .batchEmbed ? "requests." : ""
        let known: Set = ["model", "content", "title", "outputDimensionality", "taskType"]
        var unknown = UnknownFields()
        for one in requests {
            for (name, _) in one.fields where !known.contains(name) { unknown.add(prefix + name) }
        }
        if let type, asked.purpose == nil, type != "TASK_TYPE_UNSPECIFIED" { unknown.add(prefix + "taskType") }
        if operation == .batchEmbed {
            for (name, _) in request.json.fields where name != "requests" && name != "model" { unknown.add(name) }
        }
        asked.unknownFields = unknown.names
        return asked
    }

    static func name(of field: EmbeddingField) -> String {
        switch field {
        case .dimensions: "outputDimensionality"
        case .purpose: "taskType"
        case .title: "title"
        case .truncation: "autoTruncate"
        case .user: "labels"
        }
    }

    static func write(
        _ answer: EmbeddingAnswer, to request: ClientRequest, _ asked: EmbeddingRequest, from target: UpstreamTarget
    ) -> [UInt8] {
        let isBatch = GeminiPath(request.received.path)?.operation == .batchEmbed
        func write(_ vector: EmbeddingVector, to json: inout JSONWriter) {
            json.object { $0.member("values", raw: vector.written(.float)) }
        }
        return JSONWriter.bytes { json in
            json.object { json in
                json.key(isBatch ? "embeddings" : "embedding")
                if isBatch {
                    json.array { json in for vector in answer.vectors { write(vector, to: &json) } }
                } else {
                    write(answer.vectors[0], to: &json)
                }
                if let tokens = answer.promptTokens {
                    json.member("usageMetadata", object: { $0.member("promptTokenCount", tokens) })
                }
            }
        }
    }

    public static func errorBody(_ error: GatewayError, requestID: String) -> [UInt8] {
        Gemini.errorBody(error, requestID: requestID)
    }

    public static func streamError(_ error: GatewayError, requestID: String) -> [UInt8] {
        Gemini.streamError(error, requestID: requestID)
    }
}
