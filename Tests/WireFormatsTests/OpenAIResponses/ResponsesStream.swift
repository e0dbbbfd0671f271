import JSON
import Testing

@testable import WireFormats

/// A stream of Responses events, read as strictly as its documentation allows: whatever is out of order is an issue.
struct ResponsesStream {
    var types: [String] = []
    var events: [JSONValue] = []
    /// The items as their `done` events have them.
    var items: [Int: JSONValue] = [:]
    /// The joined deltas of each item.
    var deltas: [Int: String] = [:]
    /// The response of the last event.
    var last: JSONValue?

    init(_ bytes: [UInt8]) throws {
        var decoder = SSEDecoder()
        let records = try decoder.feed(bytes)
        #expect(decoder.finish().isEmpty, "the last event has no end")
        for record in records where !record.data.isEmpty {
            let event = try JSONValue.parse(record.data)
            let type = try #require(event["type"]?.string)
            #expect(record.name == type)
            #expect(event["sequence_number"]?.int == events.count, "\(type)")
            types.append(type)
            events.append(event)
            try note(type, event)
        }
        #expect(types.first == "response.created" || types.isEmpty)
    }

    private mutating func note(_ type: String, _ event: JSONValue) throws {
        let index = event["output_index"]?.int ?? -1
        switch type {
        case "response.output_item.added":
            #expect(index >= 0 && deltas[index] == nil)
            deltas[index] = ""
        case "response.output_item.done":
            #expect(deltas[index] != nil && items[index] == nil)
            items[index] = event["item"]
        case _ where type.hasSuffix(".delta"):
            #expect(items[index] == nil, "\(type) after its item was done")
            let known = try #require(deltas[index])
            deltas[index] = known + (try #require(event["delta"]?.string))
        case "response.completed", "response.incomplete", "response.failed":
            last = event["response"]
            #expect(last?["status"]?.string == String(type.dropFirst(9)))
        default: break
        }
    }

    /// Whether the last response has just the items that were told, and they say what their pieces said.
    func agrees() -> Bool {
        guard let output = last?["output"], output.count == items.count else { return false }
        for (index, item) in output.elements.enumerated() {
            guard let told = items[index], told.compactText == item.compactText else { return false }
            guard deltas[index] == Self.text(of: item) else { return false }
        }
        return true
    }

    static func text(of item: JSONValue) -> String {
        switch item["type"]?.string {
        case "message":
            item["content"]?.elements.map { $0["text"]?.string ?? $0["refusal"]?.string ?? "" }.joined() ?? ""
        case "reasoning": item["summary"]?.elements.map { $0["text"]?.string ?? "" }.joined() ?? ""
        case "function_call": item["arguments"]?.string ?? ""
        case "custom_tool_call": item["input"]?.string ?? ""
        default: ""
        }
    }
}
