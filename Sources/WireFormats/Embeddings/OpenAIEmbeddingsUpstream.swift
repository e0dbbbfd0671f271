internal import GatewayTypes
internal import JSON

/// `POST /embeddings` of OpenAI and the services of its shape.
enum OpenAIEmbeddingsUpstream: EmbeddingUpstream {
    static func encode(_ request: EmbeddingRequest, for target: UpstreamTarget) -> EncodedTask<EmbeddingField> {
        let body = JSONWriter.bytes { json in
            json.object { json in
                json.member("model", target.model.name)
                json.member("input", array: { json in for text in request.inputs { json.string(text) } })
                if let dimensions = request.dimensions { json.member("dimensions", dimensions) }
                if let user = request.user { json.member("user", user) }
            }
        }
        var dropped: Set<EmbeddingField> = []
        if request.purpose != nil { dropped.insert(.purpose) }
        if request.title != nil { dropped.insert(.title) }
        if request.truncates != nil { dropped.insert(.truncation) }
        return EncodedTask(path: "/embeddings", body: body, dropped: dropped)
    }

    static func answer(_ json: JSONValue) throws(UpstreamFailure) -> EmbeddingAnswer {
        if let failure = ChatFailure.inside(json) { throw failure }
        guard let data = json["data"], data.kind == .array else { throw .noAnswer("it has no data") }
        var found: [(index: Int, vector: EmbeddingVector)] = []
        for element in data.elements {
            guard let vector = EmbeddingVector(element["embedding"]) else {
                throw .noAnswer("a vector is no list of numbers")
            }
            found.append((element["index"]?.int ?? found.count, vector))
        }
        // The index tells which input a vector is for, whatever order they come in.
        found.sort { $0.index < $1.index }
        return EmbeddingAnswer(
            vectors: found.map(\.vector), model: json["model"]?.string,
            promptTokens: TaskUsage.read(json)?.promptTokens)
    }
}
