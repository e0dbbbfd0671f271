public import GatewayTypes
internal import JSON

/// `POST /responses/input_tokens`: how many tokens a request for a response would be.
public enum OpenAIInputTokens: ClientFormat {
    public static func understand(_ received: ReceivedRequest) throws(GatewayError) -> ClientRequest {
        let asked = try OpenAIResponses.understand(received)
        var needs = asked.needs
        needs.operation = .countTokens
        return ClientRequest(received, json: asked.json, model: asked.model, stream: false, needs: needs)
    }

    public static func call(_ request: ClientRequest, to target: UpstreamTarget) throws(GatewayError) -> UpstreamCall {
        guard target.wire != .openAIResponses else {
            return UpstreamCall(
                path: "/responses/input_tokens", body: OpenAIResponses.body(of: request, naming: target.model),
                relay: TokenCountRelay(key: "input_tokens"))
        }
        return try TokenCountCall.make(
            try OpenAIResponses.conversation(request), request, to: target, name: OpenAIResponses.name(of:)
        ) { count in
            JSONWriter.bytes {
                $0.object {
                    $0.member("object", "response.input_tokens")
                    $0.member("input_tokens", count)
                }
            }
        }
    }

    public static func errorBody(_ error: GatewayError, requestID: String) -> [UInt8] {
        OpenAIResponses.errorBody(error, requestID: requestID)
    }

    public static func streamError(_ error: GatewayError, requestID: String) -> [UInt8] {
        OpenAIResponses.streamError(error, requestID: requestID)
    }
}
