public import GatewayTypes
internal import JSON

/// `POST /v1/rerank` in the words that Jina, Cohere's first version and the servers of open models share. Untouched where
/// the upstream has the same path.
public enum Rerank: OpenAIErrors {
    public static func understand(_ received: ReceivedRequest) throws(GatewayError) -> ClientRequest {
        let json = try JSONValue.requestBody(received.body)
        let fields = RequestFields(json: json)
        let model = try fields.model()
        _ = try fields.text("query")
        let texts = try documents(fields)
        _ = try fields.count("top_n")
        _ = try fields.bool("return_documents")
        var needs = RequestNeeds()
        needs.operation = .rerank
        needs.maxTokens = 0
        needs.promptTokens = json.range.count / 4
        if texts == nil { needs.wires = [.openAIChat] }
        return ClientRequest(received, json: json, model: model, stream: false, needs: needs)
    }

    /// The texts of the documents; `nil` where one is an object without a text, which is for the provider to make sense of.
    static func documents(_ fields: RequestFields) throws(GatewayError) -> [String]? {
        guard let list = fields.json.present("documents") else { throw fields.missing("documents") }
        guard list.kind == .array, list.count > 0 else { throw fields.wrong("documents", "a non-empty array") }
        var texts: [String] = []
        texts.reserveCapacity(list.count)
        var position = 0
        for element in list.elements {
            guard element.kind == .string || element.kind == .object else {
                throw fields.wrong("documents[\(position)]", "a string or an object with a text")
            }
            if let text = element.string ?? element["text"]?.string { texts.append(text) }
            position += 1
        }
        return texts.count == position ? texts : nil
    }

    public static func call(_ request: ClientRequest, to target: UpstreamTarget) throws(GatewayError) -> UpstreamCall {
        guard target.wire != .openAIChat else {
            return UpstreamCall(
                path: "/rerank", body: request.body(namingModel: target.model.name),
                relay: WholeAnswerRelay(ofListIn: ["results", "data"]))
        }
        guard target.wire == .cohereChat else { throw .unserved(.rerank) }
        let asked = try read(request)
        return UpstreamCall(
            path: "/rerank", body: CohereRerank.encode(asked, model: target.model.name),
            dropped: asked.unknownFields.sorted(),
            relay: WholeAnswerRelay { body, summary throws(UpstreamFailure) in
                let json = try JSONValue.taskAnswer(body)
                let answer = try RerankAnswer(json, documents: asked.documents.count)
                summary.usage = answer.usage
                return write(answer, to: request, asked, from: target)
            })
    }

    private static func read(_ request: ClientRequest) throws(GatewayError) -> RerankRequest {
        let fields = RequestFields(json: request.json)
        var asked = RerankRequest(query: try fields.text("query"), documents: try documents(fields) ?? [])
        asked.topCount = try fields.count("top_n")
        asked.maxTokensPerDocument = try fields.count("max_tokens_per_doc")
        asked.returnsDocuments = try fields.bool("return_documents") ?? false
        asked.unknownFields = fields.unknown(
            besides: ["model", "query", "documents", "top_n", "max_tokens_per_doc", "return_documents"])
        return asked
    }

    /// What an upstream of this shape is sent for a caller of another.
    static func encode(_ asked: RerankRequest, model: String) -> [UInt8] {
        JSONWriter.bytes { json in
            json.object { json in
                json.member("model", model)
                json.member("query", asked.query)
                json.member("documents", array: { json in for text in asked.documents { json.string(text) } })
                if let count = asked.topCount { json.member("top_n", count) }
                json.member("return_documents", false)
            }
        }
    }

    private static func write(
        _ answer: RerankAnswer, to request: ClientRequest, _ asked: RerankRequest, from target: UpstreamTarget
    ) -> [UInt8] {
        JSONWriter.bytes { json in
            json.object { json in
                json.member("id", target.answerID)
                json.member("object", "list")
                json.member("model", target.model.name)
                answer.write(asked.returnsDocuments ? asked.documents : nil, to: &json)
                let tokens = answer.usage?.promptTokens ?? request.needs.promptTokens
                json.member(
                    "usage",
                    object: { json in
                        json.member("prompt_tokens", tokens)
                        json.member("total_tokens", tokens)
                    })
            }
        }
    }
}
