internal import GatewayTypes
internal import JSON

/// Reads a whole answer of `POST /messages`.
enum AnthropicAnswer {
    static func events(of answer: JSONValue) throws(UpstreamFailure) -> [ModelEvent] {
        if let error = answer["error"], error.kind == .object { throw AnthropicFailure.read(error, status: nil) }
        guard let content = answer["content"], content.kind == .array else {
            throw .noAnswer("it has no content")
        }
        var events: [ModelEvent] = [.start(id: answer["id"]?.string, model: answer["model"]?.string, created: nil)]
        var blocks = AnthropicBlockReader()
        for block in content.elements { events += blocks.whole(block) }
        events += blocks.end(answer)
        var counts = AnthropicUsage()
        if let usage = counts.atEnd(answer["usage"]) { events.append(.usage(usage)) }
        return events
    }
}
