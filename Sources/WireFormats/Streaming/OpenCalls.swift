internal import GatewayTypes
internal import JSON

/// The tool calls of one choice whose arguments are still coming, for dialects that tell a call whole.
struct OpenCalls: Sendable {
    private var calls: [(index: Int, call: ToolCall)] = []

    var isEmpty: Bool { calls.isEmpty }

    mutating func begin(_ index: Int, id: String, name: String, signature: String?) {
        calls.append((index, ToolCall(id: id, name: name, arguments: "", signature: signature)))
    }

    mutating func add(_ text: String, to index: Int) {
        guard let place = calls.lastIndex(where: { $0.index == index }) else { return }
        calls[place].call.arguments += text
    }

    /// The first calls, in order, whose arguments are a whole object: more would not belong to them.
    mutating func takeComplete() -> [ToolCall] {
        let complete = calls.prefix { ToolCall.isWhole($0.call.arguments) }.map(\.call)
        calls.removeFirst(complete.count)
        return complete
    }

    mutating func takeAll() -> [ToolCall] {
        defer { calls = [] }
        return calls.map(\.call)
    }
}

extension ToolCall {
    fileprivate static func isWhole(_ arguments: String) -> Bool {
        (try? JSONValue.parse(Array(arguments.utf8)))?.kind == .object
    }
}
