public import GatewayTypes
internal import JSON

/// `POST /v1/moderations`. A request need not name a model: then it is the configured one.
public enum OpenAIModerations: OpenAIErrors {
    public static func understand(_ received: ReceivedRequest) throws(GatewayError) -> ClientRequest {
        let json = try JSONValue.requestBody(received.body)
        let fields = RequestFields(json: json)
        let model = try fields.model(or: received.defaultModels.moderation, called: "moderation_model")
        guard let input = json.present("input") else { throw fields.missing("input") }
        guard input.kind == .string || input.kind == .array && input.count > 0 else {
            throw fields.wrong("input", "a string or a non-empty array")
        }
        var needs = RequestNeeds()
        needs.operation = .moderation
        needs.maxTokens = 0
        needs.promptTokens = (input.range.count + 3) / 4
        return ClientRequest(received, json: json, model: model, stream: false, needs: needs)
    }

    public static func call(_ request: ClientRequest, to target: UpstreamTarget) throws(GatewayError) -> UpstreamCall {
        guard target.wire == .openAIChat else { throw .unserved(.moderation) }
        return UpstreamCall(
            path: "/moderations", body: request.body(namingModel: target.model.name),
            relay: WholeAnswerRelay(ofListIn: ["results"]))
    }
}
