internal import GatewayTypes

/// A dialect whose errors have OpenAI's shape.
protocol OpenAIErrors: ClientFormat {}

extension OpenAIErrors {
    public static func errorBody(_ error: GatewayError, requestID: String) -> [UInt8] {
        OpenAIChat.errorBody(error, requestID: requestID)
    }

    public static func streamError(_ error: GatewayError, requestID: String) -> [UInt8] {
        OpenAIChat.streamError(error, requestID: requestID)
    }
}
