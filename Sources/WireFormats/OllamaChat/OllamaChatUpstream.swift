public import GatewayTypes
public import JSON

/// Ollama's own `POST /api/chat` as an upstream.
public enum OllamaChatUpstream: UpstreamFormat {
    public static func encode(
        _ conversation: Conversation, model: ModelConfiguration
    ) throws(GatewayError) -> EncodedRequest {
        var request = OllamaRequest(conversation, model: model)
        return request.encoded()
    }

    public static func path(model: String, stream: Bool) -> String { "/api/chat" }

    public static func events(of answer: JSONValue) throws(UpstreamFailure) -> [ModelEvent] {
        var reader = OllamaLineReader()
        guard let events = try reader.read(answer) else {
            throw .noAnswer("it has no message")
        }
        return events
    }

    public typealias StreamReader = OllamaStreamReader

    public static func failure(status: Int, body: [UInt8]) -> UpstreamFailure {
        OllamaFailure.read(status: status, body: body)
    }
}
