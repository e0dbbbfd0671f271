internal import GatewayTypes
internal import JSON

/// Documents by their place in the request, best first, with scores as they came.
struct RerankAnswer: Sendable {
    var results: [(index: Int, score: JSONValue)]
    var usage: Usage?

    /// `results` of Cohere and Jina, or Voyage's `data`.
    /// - Throws: `badAnswer` for what names none of the documents.
    init(_ json: JSONValue, documents: Int) throws(UpstreamFailure) {
        guard let list = json.present("results") ?? json.present("data"), list.kind == .array else {
            throw .noAnswer("it has no results")
        }
        results = []
        for element in list.elements {
            guard let index = element["index"]?.int, (0..<documents).contains(index),
                let score = element["relevance_score"] ?? element["score"], score.kind == .number
            else { throw .noAnswer("a result names no document or has no score") }
            results.append((index, score))
        }
        usage = TaskUsage.read(json) ?? CohereMeta.usage(json)
    }

    /// The results as a list; documents are those of the request.
    func write(_ documents: [String]?, to json: inout JSONWriter) {
        json.member(
            "results",
            array: { json in
                for result in results {
                    json.object { json in
                        json.member("index", result.index)
                        json.member("relevance_score", result.score)
                        if let documents {
                            json.member("document", object: { $0.member("text", documents[result.index]) })
                        }
                    }
                }
            })
    }
}
