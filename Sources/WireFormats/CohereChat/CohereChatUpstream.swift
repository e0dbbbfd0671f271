public import GatewayTypes
public import JSON

/// Cohere's chat, version 2, as an upstream.
public enum CohereChatUpstream: UpstreamFormat {
    public static func encode(
        _ conversation: Conversation, model: ModelConfiguration
    ) throws(GatewayError) -> EncodedRequest {
        try CohereRequest(conversation, model: model.name).encoded()
    }

    public static func path(model: String, stream: Bool) -> String { "/chat" }

    public static func events(of answer: JSONValue) throws(UpstreamFailure) -> [ModelEvent] {
        guard let message = answer["message"], message.kind == .object else {
            if answer["message"]?.kind == .string { throw CohereFailure.read(status: 200, body: answer.raw) }
            throw .noAnswer("it has no message")
        }
        var events: [ModelEvent] = [.start(id: answer["id"]?.string, model: nil, created: nil)]
        events += CohereMessageReader.events(of: message)
        if let logprobs = CohereLogprobs.common(answer["logprobs"]) {
            events.append(.logprobs(choice: 0, logprobs))
        }
        events += try CohereEnd.events(of: answer)
        return events
    }

    public typealias StreamReader = CohereStreamReader

    public static func failure(status: Int, body: [UInt8]) -> UpstreamFailure {
        CohereFailure.read(status: status, body: body)
    }
}
