internal import GatewayTypes
internal import JSON

/// Ollama's `POST /api/embed`.
enum OllamaEmbedUpstream: EmbeddingUpstream {
    static func encode(_ request: EmbeddingRequest, for target: UpstreamTarget) -> EncodedTask<EmbeddingField> {
        let body = JSONWriter.bytes { json in
            json.object { json in
                json.member("model", target.model.name)
                json.member("input", array: { json in for text in request.inputs { json.string(text) } })
                if let truncates = request.truncates { json.member("truncate", truncates) }
                if let dimensions = request.dimensions { json.member("dimensions", dimensions) }
            }
        }
        var dropped: Set<EmbeddingField> = []
        if request.purpose != nil { dropped.insert(.purpose) }
        if request.title != nil { dropped.insert(.title) }
        if request.user != nil { dropped.insert(.user) }
        return EncodedTask(path: "/api/embed", body: body, dropped: dropped)
    }

    static func answer(_ json: JSONValue) throws(UpstreamFailure) -> EmbeddingAnswer {
        if let failure = OllamaFailure.inAnswer(json) { throw failure }
        guard let list = json["embeddings"], list.kind == .array else { throw .noAnswer("it has no embeddings") }
        return EmbeddingAnswer(
            vectors: try EmbeddingVector.all(in: Array(list.elements)), model: json["model"]?.string,
            promptTokens: json["prompt_eval_count"]?.tokenCount)
    }
}
