internal import GatewayTypes
internal import JSON

/// A dialect whose errors have Cohere's shape: `{"message":"..."}`, with what helps to tell them apart beside it.
protocol CohereErrors: ClientFormat {}

extension CohereErrors {
    public static func errorBody(_ error: GatewayError, requestID: String) -> [UInt8] {
        JSONWriter.bytes {
            $0.object {
                $0.member("id", requestID)
                $0.member("message", error.message)
                if let code = error.code { $0.member("code", code) }
                if let code = error.providerCode() { $0.member("provider_code", code) }
                if let parameter = error.parameter { $0.member("param", parameter) }
            }
        }
    }

    public static func streamError(_ error: GatewayError, requestID: String) -> [UInt8] {
        Array("data: ".utf8) + errorBody(error, requestID: requestID) + Array("\n\n".utf8)
    }
}
