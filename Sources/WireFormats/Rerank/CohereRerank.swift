public import GatewayTypes
internal import JSON

/// `POST /v2/rerank` as Cohere's clients speak it.
public enum CohereRerank: CohereErrors {
    public static func understand(_ received: ReceivedRequest) throws(GatewayError) -> ClientRequest {
        let json = try JSONValue.requestBody(received.body)
        let fields = RequestFields(json: json)
        let model = try fields.model()
        _ = try fields.text("query")
        let texts = try Rerank.documents(fields)
        _ = try fields.count("top_n")
        _ = try fields.count("max_tokens_per_doc")
        var needs = RequestNeeds()
        needs.operation = .rerank
        needs.maxTokens = 0
        needs.promptTokens = json.range.count / 4
        if texts == nil { needs.wires = [.cohereChat] }
        return ClientRequest(received, json: json, model: model, stream: false, needs: needs)
    }

    public static func call(_ request: ClientRequest, to target: UpstreamTarget) throws(GatewayError) -> UpstreamCall {
        guard target.wire != .cohereChat else {
            return UpstreamCall(
                path: "/rerank", body: request.body(namingModel: target.model.name),
                relay: WholeAnswerRelay(ofListIn: ["results"]))
        }
        guard target.wire == .openAIChat else { throw .unserved(.rerank) }
        let fields = RequestFields(json: request.json)
        var asked = RerankRequest(query: try fields.text("query"), documents: try Rerank.documents(fields) ?? [])
        asked.topCount = try fields.count("top_n")
        return UpstreamCall(
            path: "/rerank", body: Rerank.encode(asked, model: target.model.name),
            dropped: fields.unknown(besides: ["model", "query", "documents", "top_n"]).sorted(),
            relay: WholeAnswerRelay { [documents = asked.documents.count] body, summary throws(UpstreamFailure) in
                let answer = try RerankAnswer(try .taskAnswer(body), documents: documents)
                summary.usage = answer.usage
                return JSONWriter.bytes { json in
                    json.object { json in
                        json.member("id", target.answerID)
                        answer.write(nil, to: &json)
                        CohereMeta.write(
                            "input_tokens", answer.usage?.promptTokens ?? request.needs.promptTokens, to: &json)
                    }
                }
            })
    }

    /// What Cohere is sent for a caller of another shape.
    static func encode(_ asked: RerankRequest, model: String) -> [UInt8] {
        JSONWriter.bytes { json in
            json.object { json in
                json.member("model", model)
                json.member("query", asked.query)
                json.member("documents", array: { json in for text in asked.documents { json.string(text) } })
                if let count = asked.topCount { json.member("top_n", count) }
                if let most = asked.maxTokensPerDocument { json.member("max_tokens_per_doc", most) }
            }
        }
    }
}
