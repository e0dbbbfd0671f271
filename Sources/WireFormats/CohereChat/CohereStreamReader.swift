public import GatewayTypes
internal import JSON

/// Reads the events of a streamed chat. Citations and calls come one by one.
public struct CohereStreamReader: UpstreamStreamReader {
    /// The calls that were begun, in order, and whether any of their arguments has come.
    private var calls: [Int: (index: Int, hasArguments: Bool)] = [:]

    public init() {}

    public static var framing: StreamFraming { .serverSentEvents }

    public mutating func read(_ record: StreamRecord) throws(UpstreamFailure) -> [ModelEvent]? {
        guard !record.isDone else { return [] }
        guard let event = try? JSONValue.parse(record.data), event.kind == .object else { return nil }
        let message = event["delta"]?["message"]
        let position = event["index"]?.int ?? 0
        switch event["type"]?.string {
        case "message-start":
            let started: [ModelEvent] = [.start(id: event["id"]?.string, model: nil, created: nil)]
            return started + (message.map(CohereMessageReader.events) ?? [])
        case "content-start", "content-delta":
            guard let content = message?["content"], content.kind == .object else { return nil }
            let logprobs = CohereLogprobs.common(event["logprobs"]).map { [ModelEvent.logprobs(choice: 0, $0)] }
            return CohereMessageReader.content(content) + (logprobs ?? [])
        case "tool-plan-delta":
            guard let plan = message?["tool_plan"]?.string else { return nil }
            return plan.isEmpty ? [] : [.thinking(choice: 0, plan)]
        case "tool-call-start":
            guard let call = message?["tool_calls"], call.kind == .object else { return nil }
            return start(call, at: position)
        case "tool-call-delta":
            guard let text = message?["tool_calls"]?["function"]?["arguments"]?.string else { return nil }
            return arguments(text, at: position)
        case "tool-call-end":
            guard let call = calls[position], !call.hasArguments else { return [] }
            return arguments("{}", at: position)
        case "citation-start":
            guard let citation = message?["citations"], citation.kind == .object else { return nil }
            return [.citations(choice: 0, CohereCitations.common([citation]))]
        case "message-end":
            guard let end = event["delta"] else { return nil }
            return try CohereEnd.events(of: end)
        case nil:
            // An error, or a whole answer, in place of a stream.
            guard event["message"] != nil else { return nil }
            return try CohereChatUpstream.events(of: event)
        default: return []  // ends of content and citations, debug, and what is yet to be invented
        }
    }

    private mutating func start(_ call: JSONValue, at position: Int) -> [ModelEvent] {
        let index = calls.count
        guard calls[position] == nil else { return [] }
        calls[position] = (index, false)
        let begun: [ModelEvent] = [
            .toolCall(
                choice: 0, index: index, id: call["id"]?.string ?? "", name: call["function"]?["name"]?.string ?? "",
                signature: nil)
        ]
        return begun + arguments(call["function"]?["arguments"]?.string ?? "", at: position)
    }

    private mutating func arguments(_ text: String, at position: Int) -> [ModelEvent] {
        guard !text.isEmpty, let call = calls[position] else { return [] }
        calls[position]?.hasArguments = true
        return [.toolArguments(choice: 0, index: call.index, text)]
    }
}
