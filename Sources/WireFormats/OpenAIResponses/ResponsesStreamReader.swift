public import GatewayTypes
internal import JSON

/// Reads the events of a streamed response.
public struct ResponsesStreamReader: UpstreamStreamReader {
    public static var framing: StreamFraming { .serverSentEvents }

    private var hasStarted = false
    private var output = ResponsesOutputReader()

    public init() {}

    public mutating func read(_ record: StreamRecord) throws(UpstreamFailure) -> [ModelEvent]? {
        guard !record.data.isEmpty, !record.isDone else { return [] }
        guard let event = try? JSONValue.parse(record.data), event.kind == .object else { return nil }
        if let failure = ResponsesFailure.of(event: event) { throw failure }
        if event["object"]?.isString("response") == true { return try whole(event) }
        guard let type = event["type"]?.string ?? record.name else { return nil }
        var events: [ModelEvent] = []
        try read(type, event, into: &events)
        return events
    }

    /// A whole answer in the place of a stream.
    private mutating func whole(_ response: JSONValue) throws(UpstreamFailure) -> [ModelEvent] {
        hasStarted = true
        return try OpenAIResponsesUpstream.events(of: response)
    }

    private mutating func read(
        _ type: String, _ event: JSONValue, into events: inout [ModelEvent]
    ) throws(UpstreamFailure) {
        let position = event["output_index"]?.int ?? 0
        let part = event["content_index"]?.int ?? 0
        let delta = event["delta"]?.string ?? ""
        func add(_ said: ModelEvent) {
            output.add(said, at: position, bytes: delta.utf8.count, into: &events)
        }
        switch type {
        case "response.created", "response.in_progress", "response.queued": start(event["response"], into: &events)
        case "response.output_item.added":
            guard let item = event["item"] else { return }
            output.begin(item, at: position, into: &events)
        case "response.output_text.delta":
            output.addText(delta, part: part, at: position, into: &events)
            if let logprobs = ResponsesLogprobs.common(event["logprobs"]) { events.append(logprobs) }
        case "response.refusal.delta": add(.refusal(choice: 0, delta))
        case "response.reasoning_summary_part.added":
            output.beginSummary(event["summary_index"]?.int ?? 0, at: position, into: &events)
        case "response.reasoning_summary_text.delta", "response.reasoning_text.delta", "response.reasoning.delta":
            add(.thinking(choice: 0, delta))
        case "response.function_call_arguments.delta": output.addArguments(delta, at: position, into: &events)
        case "response.output_text.annotation.added":
            if let annotation = event["annotation"] {
                output.annotate(annotation, part: part, at: position, into: &events)
            }
        case "response.output_item.done":
            if let item = event["item"] { output.end(item, at: position, into: &events) }
        case "response.completed", "response.incomplete", "response.done":
            guard let response = event["response"] else { throw .noAnswer("its last event has no response") }
            try end(response, into: &events)
        default: break
        }
    }

    private mutating func start(_ response: JSONValue?, into events: inout [ModelEvent]) {
        guard !hasStarted, let response else { return }
        hasStarted = true
        events.append(output.start(response))
    }

    /// The last event has all items; those that no event told of are told now.
    private mutating func end(_ response: JSONValue, into events: inout [ModelEvent]) throws(UpstreamFailure) {
        try ResponsesFailure.check(response)
        start(response, into: &events)
        if let items = response["output"], output.itemCount == 0 || output.itemCount == items.count {
            for (position, item) in items.elements.enumerated() { output.end(item, at: position, into: &events) }
        }
        try output.finish(response, into: &events)
    }
}
