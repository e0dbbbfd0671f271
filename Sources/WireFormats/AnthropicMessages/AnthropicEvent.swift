internal import JSON

/// The framing of this dialect's streams: every record has its name.
enum AnthropicEvent {
    static let ping = Array("event: ping\ndata: {\"type\":\"ping\"}\n\n".utf8)
    static let messageStop = Array("event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n".utf8)

    static func bytes(_ name: String, _ data: [UInt8]) -> [UInt8] {
        Array("event: ".utf8) + Array(name.utf8) + Array("\ndata: ".utf8) + data + Array("\n\n".utf8)
    }

    /// Appends an event whose data is an object of `type` and what `members` writes.
    static func append(_ name: String, to output: inout [UInt8], _ members: (inout JSONWriter) -> Void) {
        output += "event: ".utf8
        output += name.utf8
        output += "\ndata: ".utf8
        var writer = JSONWriter(capacity: 256)
        writer.object {
            $0.member("type", name)
            members(&$0)
        }
        let start = output.count
        output += writer.bytes
        output.joinLines(from: start)
        output += "\n\n".utf8
    }
}
