public import GatewayTypes
public import JSON

/// OpenAI's Responses as providers speak it. Nothing is left with the provider: each request says everything.
public enum OpenAIResponsesUpstream: UpstreamFormat {
    public typealias StreamReader = ResponsesStreamReader

    public static func encode(
        _ conversation: Conversation, model: ModelConfiguration
    ) throws(GatewayError) -> EncodedRequest {
        var request = ResponsesRequestWriter()
        let body = request.write(conversation, model: model)
        return EncodedRequest(body: body, dropped: request.dropped)
    }

    public static func path(model: String, stream: Bool) -> String { "/responses" }

    public static func events(of answer: JSONValue) throws(UpstreamFailure) -> [ModelEvent] {
        try ResponsesFailure.check(answer)
        guard let output = answer["output"], output.kind == .array else { throw .noAnswer("it has no output") }
        var reader = ResponsesOutputReader()
        var events = [reader.start(answer)]
        for (position, item) in output.elements.enumerated() { reader.end(item, at: position, into: &events) }
        try reader.finish(answer, into: &events)
        return events
    }

    public static func failure(status: Int, body: [UInt8]) -> UpstreamFailure {
        ChatFailure.failure(status: status, body: body)
    }
}
