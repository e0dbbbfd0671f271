internal import GatewayTypes
internal import JSON

/// What an answer said: since the last line, or in all.
struct OllamaDraft: Sendable {
    var text = ""
    var thinking = ""
    /// Each with its place among all calls.
    var calls: [(index: Int, call: ToolCall)] = []
    var logprobs: [RawJSON] = []

    var isEmpty: Bool { text.isEmpty && thinking.isEmpty && calls.isEmpty && logprobs.isEmpty }

    func writeMessage(to writer: inout JSONWriter) {
        writer.key("message")
        writer.object { writer in
            writer.member("role", "assistant")
            writer.member("content", text)
            writeRest(to: &writer)
        }
    }

    func writeResponse(to writer: inout JSONWriter) {
        writer.member("response", text)
        writeRest(to: &writer)
    }

    private func writeRest(to writer: inout JSONWriter) {
        if !thinking.isEmpty { writer.member("thinking", thinking) }
        guard !calls.isEmpty else { return }
        writer.key("tool_calls")
        writer.array { for (index, call) in calls { Self.write(call, index, to: &$0) } }
    }

    func writeLogprobs(to writer: inout JSONWriter) {
        let tokens = logprobs.compactMap { try? JSONValue.parse($0.bytes) }.flatMap {
            $0.present("content").map { Array($0.elements) } ?? []
        }
        guard !tokens.isEmpty else { return }
        writer.key("logprobs")
        writer.array { for token in tokens { $0.value(token) } }
    }

    private static func write(_ call: ToolCall, _ index: Int, to writer: inout JSONWriter) {
        writer.object {
            if !call.id.isEmpty { $0.member("id", call.id) }
            $0.key("function")
            $0.object {
                $0.member("index", index)
                $0.member("name", call.name)
                $0.member("arguments", raw: call.argumentsObject)
            }
        }
    }
}
