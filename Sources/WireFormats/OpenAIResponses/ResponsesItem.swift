internal import GatewayTypes
internal import JSON

/// One item of an answer's `output`, as far as it has come.
struct ResponsesItem: Sendable {
    enum Kind: Sendable { case reasoning, message, call, customCall }

    /// A part of a message.
    struct Part: Sendable {
        var isRefusal = false
        var text = ""
        var annotations: [RawJSON] = []
        /// The elements of the list, as JSON.
        var logprobs: [RawJSON] = []
        var isDone = false
    }

    var id: String
    var kind: Kind
    /// `in_progress`, `completed` or `incomplete`.
    var status = "in_progress"
    /// The summary of a reasoning item; a call's arguments or input.
    var text = ""
    var encrypted: String?
    var parts: [Part] = []
    var callID = ""
    var name = ""

    init(id: String, kind: Kind) {
        self.id = id
        self.kind = kind
    }

    var isOpen: Bool { status == "in_progress" }
}

extension ResponsesItem {
    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("id", id)
            switch kind {
            case .reasoning:
                writer.member("type", "reasoning")
                writer.key("summary")
                writer.array { if !text.isEmpty { Self.writeSummary(text, to: &$0) } }
                if let encrypted { writer.member("encrypted_content", encrypted) }
                writer.member("status", status)
            case .message:
                writer.member("type", "message")
                writer.member("status", status)
                writer.member("role", "assistant")
                writer.key("content")
                writer.array { for part in parts { part.write(to: &$0) } }
            case .call:
                writer.member("type", "function_call")
                writer.member("status", status)
                writer.member("arguments", text)
                writeCall(to: &writer)
            case .customCall:
                writer.member("type", "custom_tool_call")
                writer.member("status", status)
                writer.member("input", text)
                writeCall(to: &writer)
            }
        }
    }

    static func writeSummary(_ text: String, to writer: inout JSONWriter) {
        writer.object {
            $0.member("type", "summary_text")
            $0.member("text", text)
        }
    }

    private func writeCall(to writer: inout JSONWriter) {
        writer.member("call_id", callID)
        writer.member("name", name)
    }
}

extension ResponsesItem.Part {
    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            guard !isRefusal else {
                writer.member("type", "refusal")
                return writer.member("refusal", text)
            }
            writer.member("type", "output_text")
            writer.key("annotations")
            writer.array { for annotation in annotations { $0.raw(annotation.bytes) } }
            writer.key("logprobs")
            writeLogprobs(to: &writer)
            writer.member("text", text)
        }
    }

    func writeLogprobs(to writer: inout JSONWriter) {
        writer.array { for logprob in logprobs { $0.raw(logprob.bytes) } }
    }
}
