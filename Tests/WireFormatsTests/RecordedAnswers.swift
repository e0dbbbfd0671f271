import GatewayTypes
import JSON

@testable import WireFormats

/// Recorded answers of conversations, by the format they came in.
enum RecordedAnswers {
    typealias Recording = UpstreamRecordings.Recording

    /// The formats that conversations go out in.
    static let wires = WireFormat.allCases.filter { $0.can(.conversation) }

    static let gemini = UpstreamRecordings.all(["google", "vertex"], endpoint: "generatecontent").filter {
        !$0.body.starts(with: "{\n  \"name\": \"cachedContents/".utf8)
    }
    static let messages = UpstreamRecordings.all(["anthropic", "vertex", "openrouter", "azure"], endpoint: "messages")
    static let ollama = UpstreamRecordings.all(["ollama"], endpoint: "chat").filter {
        !String(decoding: $0.body.prefix(300), as: UTF8.self).contains("chat.completion")
    }
    static let chat = UpstreamRecordings.all(
        [
            "openai", "azure", "groq", "mistral", "deepseek", "xai", "openrouter", "perplexity", "together",
            "cerebras", "huggingface",
        ], endpoint: "chat"
    ).filter { String(decoding: $0.body, as: UTF8.self).contains("\"choices\"") }

    static func all(_ wire: WireFormat) -> [Recording] {
        let recordings: [WireFormat: [Recording]] = [
            .gemini: gemini, .anthropicMessages: messages, .ollamaChat: ollama, .openAIChat: chat,
        ]
        return (recordings[wire] ?? []).filter { $0.status == 200 }
    }

    /// The events of one complete answer; `nil` for a recording that is none.
    static func events(_ wire: WireFormat, _ body: [UInt8]) -> [ModelEvent]? {
        func read<Upstream: UpstreamFormat>(_ upstream: Upstream.Type) -> [ModelEvent]? {
            if let answer = try? JSONValue.parse(body) { return try? Upstream.events(of: answer) }
            return (try? AssembledStream(body, Upstream.StreamReader.self))?.events
        }
        guard let events = read(wire.upstream) else { return nil }
        return events.contains { if case .finish = $0 { true } else { false } } ? events : nil
    }

    static func isWhole(_ recording: Recording) -> Bool { (try? JSONValue.parse(recording.body)) != nil }
}

/// A stream sent through a relay in pieces of `size` bytes.
func relayed(_ bytes: [UInt8], through relay: inout any AnswerRelay, pieces size: Int) throws -> [UInt8] {
    var output: [UInt8] = []
    let size = max(1, min(size, bytes.count))
    for start in stride(from: 0, to: bytes.count, by: size) {
        output += try relay.feed(Array(bytes[start..<min(start + size, bytes.count)]))
    }
    return output + (try relay.finish())
}
