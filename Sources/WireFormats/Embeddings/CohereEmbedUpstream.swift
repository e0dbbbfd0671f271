internal import GatewayTypes
internal import JSON

/// Cohere's `POST /v2/embed`.
enum CohereEmbedUpstream: EmbeddingUpstream {
    static func encode(_ request: EmbeddingRequest, for target: UpstreamTarget) -> EncodedTask<EmbeddingField> {
        // The purpose is demanded there; most texts are embedded to be found.
        let type = request.purpose.flatMap(CohereEmbed.word)
        let body = JSONWriter.bytes { json in
            json.object { json in
                json.member("model", target.model.name)
                json.member("input_type", type ?? "search_document")
                json.member("texts", array: { json in for text in request.inputs { json.string(text) } })
                json.member("embedding_types", array: { $0.string("float") })
                if let dimensions = request.dimensions { json.member("output_dimension", dimensions) }
                if let truncates = request.truncates { json.member("truncate", truncates ? "END" : "NONE") }
            }
        }
        var dropped: Set<EmbeddingField> = []
        if request.purpose != nil, type == nil { dropped.insert(.purpose) }
        if request.title != nil { dropped.insert(.title) }
        if request.user != nil { dropped.insert(.user) }
        return EncodedTask(path: "/embed", body: body, dropped: dropped)
    }

    static func answer(_ json: JSONValue) throws(UpstreamFailure) -> EmbeddingAnswer {
        if let failure = ChatFailure.inside(json) { throw failure }
        guard let list = json["embeddings"]?["float"], list.kind == .array else {
            throw .noAnswer("it has no embeddings")
        }
        return EmbeddingAnswer(
            vectors: try EmbeddingVector.all(in: Array(list.elements)),
            promptTokens: json["meta"]?["billed_units"]?["input_tokens"]?.tokenCount)
    }
}
