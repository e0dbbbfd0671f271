internal import JSON

/// What an event that says a piece of text has in common with the next of its kind: all but that text, and strings that mean
/// nothing here (ids, padding). Most events of a stream are such twins, and neither cut into lines nor parsed.
struct ChunkPattern: Sendable {
    private let pattern: JSONPattern

    /// - Parameters:
    ///   - chunk: the record's, which was read and is in order.
    ///   - found: in the chunk.
    /// - Returns: `nil` where events like it have to be read each time.
    init?(_ record: StreamRecord, _ chunk: JSONValue, _ found: ChatChunk) {
        guard record.name == nil, record.wire.suffix(2).elementsEqual("\n\n".utf8), found.usage?.isNull != false,
            found.groq == nil, let choices = found.choices, choices.count == 1, let choice = choices[0]
        else { return nil }
        let parts = ChatChunkChoice(choice)
        guard parts.finishReason?.isNull != false, parts.message == nil, let delta = parts.delta,
            let text = Self.text(of: delta)
        else { return nil }
        // The data is one line, the last of the record.
        let start = record.wire.count - 2 - record.data.count
        guard start >= 0, record.wire[start...].starts(with: record.data) else { return nil }
        func inside(_ string: JSONValue) -> Range<Int> {
            start + string.range.lowerBound + 1..<start + string.range.upperBound - 1
        }
        pattern = JSONPattern(record.wire, measured: inside(text), others: Self.meaningless(in: chunk).map(inside))
    }

    /// The bytes of output in events that are like the pattern.
    /// - Returns: `nil` if `bytes` are not such events and nothing else.
    func outputBytes(of bytes: [UInt8]) -> Int? {
        var position = 0
        var output = 0
        repeat {
            guard let match = pattern.match(bytes, from: position) else { return nil }
            position = match.end
            output += match.length
        } while position < bytes.count
        return output
    }

    /// The strings that nothing is read from.
    private static func meaningless(in chunk: JSONValue) -> [JSONValue] {
        var strings: [JSONValue] = []
        chunk.eachMember { key, value in
            switch key {
            case "object", "model", "error", "choices", "usage", "x_groq": break
            default: if value.kind == .string { strings.append(value) }
            }
        }
        return strings
    }

    /// The one string that a delta adds to what is said; `nil` if it does anything else.
    private static func text(of delta: JSONValue) -> JSONValue? {
        var text: JSONValue?
        var isPlain = true
        delta.eachMember { key, value in
            switch key {
            case "content", "refusal", "reasoning_content", "reasoning":
                switch value.kind {
                case .string where value.range.count > 2:
                    isPlain = isPlain && text == nil
                    text = value
                case .string, .null: break
                case .object, .array, .number, .bool: isPlain = false
                }
            case "reasoning_details", "tool_calls", "function_call", "audio":
                switch value.kind {
                case .array, .object: isPlain = isPlain && value.count == 0
                case .string, .number, .bool, .null: break
                }
            default: break
            }
        }
        return isPlain ? text : nil
    }
}
