public import GatewayTypes
internal import JSON

/// `POST /v1/audio/speech`: a text is read out, and the recording goes on as it comes.
public enum OpenAISpeech: OpenAIErrors {
    public static func understand(_ received: ReceivedRequest) throws(GatewayError) -> ClientRequest {
        let json = try JSONValue.requestBody(received.body)
        let fields = RequestFields(json: json)
        let model = try fields.model()
        var needs = RequestNeeds()
        needs.operation = .speech
        needs.maxTokens = 0
        needs.promptTokens = (try fields.text("input").utf8.count + 3) / 4
        for name in ["instructions", "response_format"] { _ = try fields.string(name) }
        _ = try fields.choice("stream_format", ["audio", "sse"])
        return ClientRequest(received, json: json, model: model, stream: true, needs: needs)
    }

    public static func call(_ request: ClientRequest, to target: UpstreamTarget) throws(GatewayError) -> UpstreamCall {
        guard target.wire == .openAIChat else { throw .unserved(.speech) }
        return request.handedOn(to: target, relay: RecordingRelay(request.json["response_format"]?.string))
    }

    public static func contentType(of request: ClientRequest) -> String { "application/octet-stream" }
}
