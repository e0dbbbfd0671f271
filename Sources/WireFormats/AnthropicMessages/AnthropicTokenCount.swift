public import GatewayTypes
internal import JSON

/// `POST /messages/count_tokens`: how many tokens a request would be.
public enum AnthropicTokenCount: ClientFormat {
    public static func understand(_ received: ReceivedRequest) throws(GatewayError) -> ClientRequest {
        try AnthropicRequestCheck.understand(received, for: .countTokens)
    }

    public static func call(_ request: ClientRequest, to target: UpstreamTarget) throws(GatewayError) -> UpstreamCall {
        guard target.wire != .anthropicMessages else {
            var call = UpstreamCall(
                path: TokenCountCall.anthropicPath + AnthropicMessages.betaQuery(of: request),
                body: AnthropicMessages.bodyNamingModel(request, target), relay: TokenCountRelay(key: "input_tokens"))
            call.headers = AnthropicMessages.headersToCarryOn(request)
            return call
        }
        return try TokenCountCall.make(
            try AnthropicMessages.conversation(request), request, to: target, name: AnthropicMessages.name(of:)
        ) { count in JSONWriter.bytes { $0.object { $0.member("input_tokens", count) } } }
    }

    public static var keepAlive: [UInt8]? { AnthropicMessages.keepAlive }

    public static var headers: DialectHeaders { AnthropicMessages.headers }

    public static func status(of error: GatewayError) -> Int { AnthropicMessages.status(of: error) }

    public static func errorBody(_ error: GatewayError, requestID: String) -> [UInt8] {
        AnthropicMessages.errorBody(error, requestID: requestID)
    }

    public static func streamError(_ error: GatewayError, requestID: String) -> [UInt8] {
        AnthropicMessages.streamError(error, requestID: requestID)
    }
}
