internal import GatewayTypes
internal import JSON

/// Vertex AI's embeddings: all models before the second generation of Gemini's answer to `predict` and not to the Gemini
/// API's `embedContent`.
enum VertexEmbeddings {
    /// Turns a call of `embedContent` or `batchEmbedContents` into one of `predict`, both ways, where the model wants it.
    /// - Throws: `unsupported` for anything but text, which `predict` does not take.
    static func host(_ call: inout UpstreamCall, model: String) throws(UpstreamFailure) {
        guard let colon = call.path.lastIndex(of: ":"), isPredicted(model) else { return }
        let operation = call.path[call.path.index(after: colon)...]
        let isBatch = operation == "batchEmbedContents"
        guard isBatch || operation == "embedContent", let json = try? JSONValue.parse(call.body) else { return }
        let requests = isBatch ? json["requests"].map { Array($0.elements) } ?? [] : [json]
        guard requests.allSatisfy(isText) else {
            throw UpstreamFailure(
                .unsupported, message: "This model embeds text only.", code: "unsupported_by_model",
                parameter: "content.parts")
        }
        call.path = "\(call.path[..<colon]):predict"
        call.body = body(requests)
        call.relay = RewordedRelay(call.relay) { body throws(UpstreamFailure) in
            try answer(try .answer(body), isBatch: isBatch)
        }
    }

    private static func isPredicted(_ model: String) -> Bool {
        let name = model.split(separator: "/").last ?? ""
        return !name.hasPrefix("gemini-embedding-") || name.hasPrefix("gemini-embedding-001")
    }

    private static func isText(_ request: JSONValue) -> Bool {
        guard let parts = request["content"]?["parts"] else { return true }
        return parts.kind == .array
            && parts.elements.allSatisfy { $0.kind == .object && $0.members.allSatisfy { $0.key == "text" } }
    }

    private static func body(_ requests: [JSONValue]) -> [UInt8] {
        JSONWriter.bytes {
            $0.object {
                $0.member("instances", array: { list in for request in requests { write(request, to: &list) } })
                guard let dimensions = requests.first?.present("outputDimensionality") else { return }
                $0.member("parameters", object: { $0.member("outputDimensionality", dimensions) })
            }
        }
    }

    private static func write(_ request: JSONValue, to list: inout JSONWriter) {
        let texts = request["content"]?["parts"]?.elements.compactMap { $0["text"]?.string } ?? []
        list.object {
            $0.member("content", texts.joined(separator: "\n"))
            if let type = request.present("taskType") { $0.member("task_type", type) }
            if let title = request.present("title") { $0.member("title", title) }
        }
    }

    /// The answer as the Gemini API has it.
    private static func answer(_ json: JSONValue, isBatch: Bool) throws(UpstreamFailure) -> [UInt8] {
        if let failure = GeminiFailure.inAnswer(json) { throw failure }
        guard let predictions = json["predictions"], predictions.kind == .array else {
            throw .noAnswer("it has no predictions")
        }
        var vectors: [JSONValue] = []
        var tokens: Int?
        for prediction in predictions.elements {
            let found = prediction["embeddings"]
            guard let values = found?["values"] else { throw .noAnswer("a prediction has no values") }
            vectors.append(values)
            if let count = found?["statistics"]?["token_count"]?.tokenCount { tokens = (tokens ?? 0) + count }
        }
        guard isBatch || vectors.count == 1 else { throw .noAnswer("it has \(vectors.count) vectors for one text") }
        return JSONWriter.bytes {
            $0.object {
                if isBatch {
                    $0.member(
                        "embeddings",
                        array: { list in
                            for values in vectors { list.object { $0.member("values", values) } }
                        })
                } else {
                    $0.member("embedding", object: { $0.member("values", vectors[0]) })
                }
                if let tokens { $0.member("usageMetadata", object: { $0.member("promptTokenCount", tokens) }) }
            }
        }
    }
}
