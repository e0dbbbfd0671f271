public import GatewayTypes
public import JSON

/// Cohere's API, version 2, as an upstream. Conversations are not served over it: routing knows that it can embed and rank.
public enum CohereUpstream: UpstreamFormat {
    public typealias StreamReader = ChatStreamReader

    public static func encode(
        _ conversation: Conversation, model: ModelConfiguration
    ) throws(GatewayError) -> EncodedRequest {
        throw .malformedRequest(message: "Conversations are not served over Cohere's format.", parameter: "model")
    }

    public static func path(model: String, stream: Bool) -> String { "/chat" }

    public static func events(of answer: JSONValue) throws(UpstreamFailure) -> [ModelEvent] {
        throw .noAnswer("conversations are not served over Cohere's format")
    }

    /// `{"message":"..."}` with the status.
    public static func failure(status: Int, body: [UInt8]) -> UpstreamFailure {
        ChatFailure.failure(status: status, body: body)
    }
}
