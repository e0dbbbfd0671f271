public import GatewayTypes
public import JSON

/// OpenAI chat completions as providers speak it, with the liberties that compatible ones take.
public enum OpenAIChatUpstream: UpstreamFormat {
    public typealias StreamReader = ChatStreamReader

    public static func encode(
        _ conversation: Conversation, model: ModelConfiguration
    ) throws(GatewayError) -> EncodedRequest {
        encode(conversation, model: model, quirks: ChatQuirks())
    }

    public static func encode(
        _ conversation: Conversation, for target: UpstreamTarget
    ) throws(GatewayError) -> EncodedRequest {
        encode(conversation, model: target.model, quirks: target.quirks)
    }

    /// The same for a provider that departs from OpenAI's way.
    static func encode(
        _ conversation: Conversation, model: ModelConfiguration, quirks: ChatQuirks
    ) -> EncodedRequest {
        var request = ChatRequestWriter(quirks: quirks)
        let body = request.write(conversation, model: model.name)
        return EncodedRequest(body: body, dropped: request.dropped)
    }

    public static func path(model: String, stream: Bool) -> String { "/chat/completions" }

    public static func events(of answer: JSONValue) throws(UpstreamFailure) -> [ModelEvent] {
        if let failure = ChatFailure.inside(answer) { throw failure }
        guard let choices = answer["choices"], choices.kind == .array, choices.count > 0,
            choices.elements.allSatisfy(\.isWholeChoice)
        else { throw .noAnswer("it has no choices") }
        var events: [ModelEvent] = [
            .start(id: answer["id"]?.string, model: answer["model"]?.string, created: answer["created"]?.int)
        ]
        for (position, choice) in choices.elements.enumerated() {
            var reader = ChatChoiceReader(choice: choice["index"]?.int ?? position, isWhole: true)
            reader.read(choice, into: &events)
        }
        if let citations = ChatCitations.ofAnswer(answer) { events.append(.citations(choice: 0, citations)) }
        if let usage = ChatUsage.read(answer["usage"]) ?? ChatUsage.read(answer["x_groq"]?["usage"]) {
            events.append(.usage(usage))
        }
        return events
    }

    public static func failure(status: Int, body: [UInt8]) -> UpstreamFailure {
        ChatFailure.failure(status: status, body: body)
    }
}

extension JSONValue {
    /// Whether this is a choice of a whole answer; one that was filtered away has a finish reason and no message.
    var isWholeChoice: Bool {
        self["message"]?.kind == .object || self["delta"]?.kind == .object || self["finish_reason"]?.kind == .string
    }
}
