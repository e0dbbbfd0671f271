internal import GatewayTypes
internal import JSON

/// Gemini's `embedContent` for one text and `batchEmbedContents` for several.
enum GeminiEmbeddingsUpstream: EmbeddingUpstream {
    static func encode(_ request: EmbeddingRequest, for target: UpstreamTarget) -> EncodedTask<EmbeddingField> {
        let path = GeminiUpstream.path(of: target.model.name)
        var dropped: Set<EmbeddingField> = []
        if request.truncates != nil { dropped.insert(.truncation) }
        if request.user != nil { dropped.insert(.user) }
        guard request.inputs.count != 1 else {
            let body = JSONWriter.bytes { write(request.inputs[0], request, path, to: &$0) }
            return EncodedTask(path: path + ":embedContent", body: body, dropped: dropped)
        }
        let body = JSONWriter.bytes { json in
            json.object { json in
                json.member(
                    "requests",
                    array: { json in
                        for text in request.inputs { write(text, request, path, to: &json) }
                    })
            }
        }
        return EncodedTask(path: path + ":batchEmbedContents", body: body, dropped: dropped)
    }

    private static func write(
        _ text: String, _ request: EmbeddingRequest, _ path: String, to json: inout JSONWriter
    ) {
        json.object { json in
            json.member("model", String(path.dropFirst()))
            json.member(
                "content",
                object: { json in
                    json.member("parts", array: { json in json.object { $0.member("text", text) } })
                })
            if let purpose = request.purpose { json.member("taskType", GeminiTaskType.word(purpose)) }
            if let title = request.title { json.member("title", title) }
            if let dimensions = request.dimensions { json.member("outputDimensionality", dimensions) }
        }
    }

    static func answer(_ json: JSONValue) throws(UpstreamFailure) -> EmbeddingAnswer {
        if let failure = GeminiFailure.inAnswer(json) { throw failure }
        let list = json["embeddings"].map { Array($0.elements) } ?? json["embedding"].map { [$0] } ?? []
        return EmbeddingAnswer(
            vectors: try EmbeddingVector.all(in: list.map { $0["values"] }),
            promptTokens: json["usageMetadata"]?["promptTokenCount"]?.tokenCount)
    }
}

/// Gemini's words for what vectors are for.
enum GeminiTaskType {
    private static let words: [(EmbeddingPurpose, String)] = [
        (.document, "RETRIEVAL_DOCUMENT"), (.query, "RETRIEVAL_QUERY"), (.classification, "CLASSIFICATION"),
        (.clustering, "CLUSTERING"), (.similarity, "SEMANTIC_SIMILARITY"), (.questionAnswering, "QUESTION_ANSWERING"),
        (.factVerification, "FACT_VERIFICATION"), (.codeQuery, "CODE_RETRIEVAL_QUERY"),
    ]

    static func word(_ purpose: EmbeddingPurpose) -> String {
        words.first { $0.0 == purpose }?.1 ?? "TASK_TYPE_UNSPECIFIED"
    }

    static func purpose(_ word: String) -> EmbeddingPurpose? { words.first { $0.1 == word }?.0 }
}
