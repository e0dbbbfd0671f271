internal import GatewayTypes
internal import JSON

/// A content block that is being written.
struct AnthropicBlockDraft: Sendable {
    enum Kind: Sendable, Equatable {
        case text
        case thinking
        case redacted(String)
        /// `index` is the call's place among those of the answer.
        case call(index: Int, id: String, name: String)
    }

    let kind: Kind
    /// Text, thinking or arguments that have come; in a stream, those that are not written yet.
    var text = ""
    var signature: String?
    var citations: [RawJSON] = []
    private var arguments = ObjectEndScan()
    private var isBegun = false
    private(set) var isSigned = false

    init(_ kind: Kind) { self.kind = kind }

    /// Whether nothing more can come for it, once another block has begun. A call's arguments may still come then: the
    /// calls of one answer come interleaved from some providers.
    var isComplete: Bool {
        switch kind {
        case .text, .thinking, .redacted: true
        case .call: arguments.isAtEnd
        }
    }

    mutating func add(arguments piece: String) {
        text += piece
        arguments.feed(piece)
    }

    mutating func sign(_ signature: String) {
        self.signature = signature
        isSigned = true
    }

    // MARK: - Streamed

    /// Writes what has come since the last time, with the block's start before the first of it.
    mutating func write(at index: Int, to output: inout [UInt8]) {
        if !isBegun {
            isBegun = true
            AnthropicEvent.append("content_block_start", to: &output) {
                $0.member("index", index)
                $0.member("content_block", object: { writeStart(to: &$0) })
            }
        }
        if !text.isEmpty {
            let text = text
            self.text = ""
            writeDelta(at: index, to: &output) {
                switch kind {
                case .text:
                    $0.field("type", word: "text_delta")
                    $0.field("text", text)
                case .thinking:
                    $0.field("type", word: "thinking_delta")
                    $0.field("thinking", text)
                case .redacted, .call:
                    $0.field("type", word: "input_json_delta")
                    $0.field("partial_json", text)
                }
            }
        }
        if !citations.isEmpty {
            for citation in AnthropicCitations.all(of: citations) {
                writeDelta(at: index, to: &output) {
                    $0.field("type", word: "citations_delta")
                    $0.member("citation", raw: citation)
                }
            }
            citations = []
        }
        if let signature {
            self.signature = nil
            writeDelta(at: index, to: &output) {
                $0.member("type", "signature_delta")
                $0.member("signature", signature)
            }
        }
    }

    private func writeStart(to writer: inout JSONWriter) {
        switch kind {
        case .text:
            writer.member("type", "text")
            writer.member("text", "")
            writer.member("citations", orNull: nil as String?)
        case .thinking:
            writer.member("type", "thinking")
            writer.member("thinking", "")
            writer.member("signature", "")
        case .redacted(let data):
            writer.member("type", "redacted_thinking")
            writer.member("data", data)
        case .call(_, let id, let name):
            writer.member("type", "tool_use")
            writer.member("id", AnthropicToolID.allowed(id))
            writer.member("name", name)
            writer.member("input", object: { _ in })
            Self.writeCaller(to: &writer)
        }
    }

    private func writeDelta(at index: Int, to output: inout [UInt8], _ delta: (inout JSONWriter) -> Void) {
        AnthropicEvent.append("content_block_delta", to: &output) {
            $0.field("index", index)
            $0.field("delta", object: delta)
        }
    }

    // MARK: - Whole

    func writeWhole(to writer: inout JSONWriter) {
        writer.object {
            switch kind {
            case .text:
                $0.member("type", "text")
                $0.member("text", text)
                writeCitations(to: &$0)
            case .thinking:
                $0.member("type", "thinking")
                $0.member("thinking", text)
                $0.member("signature", signature ?? "")
            case .redacted(let data):
                $0.member("type", "redacted_thinking")
                $0.member("data", data)
            case .call(_, let id, let name):
                $0.member("type", "tool_use")
                $0.member("id", AnthropicToolID.allowed(id))
                $0.member("name", name)
                $0.member("input", raw: ToolCall(id: id, name: name, arguments: text).argumentsObject)
                Self.writeCaller(to: &$0)
            }
        }
    }

    /// The model called; none of Anthropic's own tools did.
    private static func writeCaller(to writer: inout JSONWriter) {
        writer.member("caller", object: { $0.member("type", "direct") })
    }

    private func writeCitations(to writer: inout JSONWriter) {
        let list = AnthropicCitations.all(of: citations)
        writer.key("citations")
        guard !list.isEmpty else { return writer.null() }
        writer.array { for citation in list { $0.raw(citation) } }
    }
}
