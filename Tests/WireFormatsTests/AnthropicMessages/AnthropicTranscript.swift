import JSON
import Testing

/// What a message says, collected without the code under test: as simply as a client would, and as strictly as the
/// description of the stream wants it.
struct AnthropicTranscript: Equatable {
    var id: String?
    var model: String?
    /// Kind, what it says, and what belongs to it.
    var blocks: [String] = []
    var stopReason: String?
    var usage: [String: Int] = [:]

    init(whole body: [UInt8]) throws {
        let message = try JSONValue.parse(body)
        try #require(message["type"]?.string == "message" && message["role"]?.string == "assistant")
        readHead(message)
        for block in message["content"]?.elements.map({ $0 }) ?? [] { blocks.append(Block(block).text) }
        stopReason = message["stop_reason"]?.string
        readUsage(message["usage"])
    }

    init(stream: [UInt8]) throws {
        var open: Block?
        var names: [String] = []
        for record in String(decoding: stream, as: UTF8.self).split(separator: "\n\n") {
            let lines = record.split(separator: "\n")
            try #require(lines.count == 2 && lines[0].hasPrefix("event: ") && lines[1].hasPrefix("data: "))
            let data = try JSONValue.parse(Array(lines[1].dropFirst(6).utf8))
            let name = String(lines[0].dropFirst(7))
            try #require(data["type"]?.string == name)
            names.append(name)
            switch name {
            case "message_start":
                let message = try #require(data["message"])
                try #require(message["content"]?.count == 0 && message["usage"]?["input_tokens"]?.int != nil)
                readHead(message)
            case "content_block_start":
                try #require(open == nil && data["index"]?.int == blocks.count)
                open = Block(try #require(data["content_block"]))
            case "content_block_delta":
                try #require(data["index"]?.int == blocks.count)
                open?.add(try #require(data["delta"]))
            case "content_block_stop":
                try #require(data["index"]?.int == blocks.count)
                blocks.append(try #require(open).text)
                open = nil
            case "message_delta":
                try #require(open == nil)
                stopReason = data["delta"]?["stop_reason"]?.string
                readUsage(data["usage"])
            case "ping", "message_stop": continue
            default: Issue.record("an event of the name \(name)")
            }
        }
        #expect(names.first == "message_start" && names.last == "message_stop")
        #expect(names.count { $0 == "message_start" } == 1 && names.count { $0 == "message_delta" } == 1)
    }

    private mutating func readHead(_ message: JSONValue) {
        id = message["id"]?.string
        model = message["model"]?.string
    }

    private mutating func readUsage(_ usage: JSONValue?) {
        guard let usage else { return }
        for (key, value) in usage.members {
            if let count = value.int { self.usage[key] = count }
        }
    }

    private struct Block {
        var kind: String
        var words: String
        var extras: [String] = []

        init(_ block: JSONValue) {
            switch block["type"]?.string {
            case "text":
                kind = "text"
                words = block["text"]?.string ?? ""
                extras = block["citations"]?.elements.map { Self.citation($0) } ?? []
            case "thinking":
                kind = "thinking"
                words = block["thinking"]?.string ?? ""
                extras = [block["signature"]?.string ?? ""]
            case "redacted_thinking":
                kind = "redacted"
                words = block["data"]?.string ?? ""
            default:
                kind = "call \(block["id"]?.string ?? "") \(block["name"]?.string ?? "")"
                words = block["input"].map { $0.count == 0 ? "" : String(decoding: $0.raw, as: UTF8.self) } ?? ""
            }
        }

        mutating func add(_ delta: JSONValue) {
            switch delta["type"]?.string {
            case "text_delta": words += delta["text"]?.string ?? ""
            case "thinking_delta": words += delta["thinking"]?.string ?? ""
            case "input_json_delta": words += delta["partial_json"]?.string ?? ""
            case "signature_delta": extras = [delta["signature"]?.string ?? ""]
            case "citations_delta": extras.append(delta["citation"].map { Self.citation($0) } ?? "")
            case let other: Issue.record("a delta of the type \(other ?? "")")
            }
        }

        private static func citation(_ citation: JSONValue) -> String {
            citation["url"]?.string ?? citation["type"]?.string ?? ""
        }

        var text: String {
            let words = kind.hasPrefix("call") && words.isEmpty ? "{}" : words
            return ([kind, words] + extras).joined(separator: " ")
        }
    }
}
