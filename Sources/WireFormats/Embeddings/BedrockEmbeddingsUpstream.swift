internal import GatewayTypes
internal import JSON

/// Embeddings of Amazon Bedrock's InvokeModel, whose bodies are their makers': Cohere's, and Amazon's own Titan, which takes
/// one text a request.
enum BedrockEmbeddingsUpstream: EmbeddingUpstream {
    static func mostInputs(of model: String) -> Int { isCohere(model) ? 96 : 1 }

    static func encode(_ request: EmbeddingRequest, for target: UpstreamTarget) -> EncodedTask<EmbeddingField> {
        let model = target.model.name
        let path = "/model/\(PathSegment.escaped(model))/invoke"
        guard !isCohere(model) else {
            // Cohere's own request, but for the model, which stands in the path.
            var task = CohereEmbedUpstream.encode(request, for: target)
            task.path = path
            if let json = try? JSONValue.parse(task.body) {
                var splice = JSONSplice(of: json)
                splice.remove("model", from: json)
                task.body = splice.apply()
            }
            return task
        }
        var dropped: Set<EmbeddingField> = []
        if request.purpose != nil { dropped.insert(.purpose) }
        if request.title != nil { dropped.insert(.title) }
        if request.truncates != nil { dropped.insert(.truncation) }
        if request.user != nil { dropped.insert(.user) }
        let body = JSONWriter.bytes {
            $0.object {
                $0.member("inputText", request.inputs.first ?? "")
                if let dimensions = request.dimensions { $0.member("dimensions", dimensions) }
            }
        }
        return EncodedTask(path: path, body: body, dropped: dropped)
    }

    static func answer(_ json: JSONValue) throws(UpstreamFailure) -> EmbeddingAnswer {
        if let vector = json["embedding"] {
            return EmbeddingAnswer(
                vectors: try EmbeddingVector.all(in: [vector]), promptTokens: json["inputTextTokenCount"]?.tokenCount)
        }
        guard let found = json["embeddings"], let list = found.kind == .array ? found : found["float"],
            list.kind == .array
        else { throw .noAnswer("it has no embeddings") }
        return EmbeddingAnswer(vectors: try EmbeddingVector.all(in: Array(list.elements)))
    }

    private static func isCohere(_ model: String) -> Bool { model.split(separator: ".").contains("cohere") }
}
