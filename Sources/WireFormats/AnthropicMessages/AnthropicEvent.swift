internal import JSON

/// The framing of this dialect's streams: every record has its name.
enum AnthropicEvent {
    static let ping = Array("event: ping\ndata: {\"type\":\"ping\"}\n\n".utf8)
    static let messageStop = Array("event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n".utf8)

    static func bytes(_ name: String, _ data: [UInt8]) -> [UInt8] {
        Array("event: ".utf8) + Array(name.utf8) + Array("\ndata: ".utf8) + data + Array("\n\n".utf8)
    }

    /// Appends an event whose data is an object of `type` and what `members` writes.
    static func append(_ name: StaticString, to output: inout [UInt8], _ members: (inout JSONWriter) -> Void) {
        if output.isEmpty { output.reserveCapacity(256) }
        output += "event: ".utf8
        name.withUTF8Buffer { output.append(contentsOf: $0) }
        output += "\ndata: ".utf8
        let start = output.count
        var writer = JSONWriter(after: output.taken())
        writer.object {
            $0.field("type", word: name)
            members(&$0)
        }
        output = writer.finished()
        output.joinLines(from: start)
        output += "\n\n".utf8
    }
}
