import GatewayTypes
import JSON
import Testing

@testable import WireFormats

/// What real clients and providers said, through the Messages dialect.
@Suite("Recorded traffic and the Messages dialect", .enabled(if: UpstreamRecordings.isPresent, "no corpus"))
struct AnthropicFrontCorpusTests {
    typealias Recording = UpstreamRecordings.Recording

    private static let messages = UpstreamRecordings.all(
        ["anthropic", "vertex", "openrouter", "azure"], endpoint: "messages")
    private static let gemini = UpstreamRecordings.all(["google", "vertex"], endpoint: "generatecontent").filter {
        !$0.body.starts(with: "{\n  \"name\": \"cachedContents/".utf8)
    }
    private static let ollama = UpstreamRecordings.all(["ollama"], endpoint: "chat").filter {
        !String(decoding: $0.body.prefix(300), as: UTF8.self).contains("chat.completion")
    }
    private static let chat = UpstreamRecordings.all(
        [
            "openai", "azure", "groq", "mistral", "deepseek", "xai", "openrouter", "perplexity", "together",
            "fireworks",
            "cerebras", "nvidia", "huggingface",
        ], endpoint: "chat"
    ).filter { String(decoding: $0.body, as: UTF8.self).contains("\"choices\"") }

    /// Where a recording cannot survive, and why.
    private static let misses = [
        "openai/chat-dd-trace-py-chat-completion-custom-tool-call-0-dad3f8.json":
            "a call of a custom tool, whose input is no JSON; no caller of this dialect can ask for one"
    ]

    @Test("Recorded requests are understood, told to every provider, and pass through as they are")
    func requests() throws {
        var count = 0
        for recording in Self.messages where recording.asked.starts(with: "{".utf8) && recording.status == 200 {
            guard let json = try? JSONValue.parse(recording.asked), json["messages"] != nil else { continue }
            // Vertex and Bedrock name the model in the path; a caller of the gateway names it in the body.
            var splice = JSONSplice(of: json)
            if json["model"] == nil { splice.set("model", of: json, to: Array("\"m\"".utf8)) }
            let body = splice.apply()
            do {
                let request = try AnthropicMessages.understand(body)
                let same = try AnthropicMessages.call(request, to: target(.anthropicMessages, model: request.model))
                #expect(same.body == body, "\(recording.file)")
                let conversation = try AnthropicMessages.conversation(request)
                for wire in WireFormat.conversing where wire != .anthropicMessages {
                    let sent = try AnthropicMessages.call(request, to: target(wire)).body
                    #expect(throws: Never.self, "\(recording.file)") { _ = try JSONValue.parse(sent) }
                }
                let again = try AnthropicMessagesUpstream.encode(
                    conversation, model: ModelConfiguration(name: request.model))
                let read = try AnthropicMessages.conversation(try AnthropicMessages.understand(again.body))
                #expect(Self.said(read) == Self.said(conversation), "\(recording.file)")
                count += 1
            } catch {
                Issue.record("\(recording.file): \(error)")
            }
        }
        #expect(count > 40)
    }

    /// What stands in the turns, without the white space that Anthropic refuses at the end.
    private static func said(_ conversation: Conversation) -> [String] {
        conversation.messages.filter { $0.role != .system }.flatMap(\.content).compactMap { part in
            if case .text(let text) = part { return text.isBlank ? nil : text.withoutTrailingSpace }
            // A file's id belongs to one provider: only there, where bytes pass, it means anything.
            if case .document(.file, _) = part { return nil }
            return "\(part)"
        }.sorted()
    }

    @Test("Recorded messages pass byte for byte", arguments: messages.filter { $0.status == 200 })
    func same(recording: Recording) throws {
        for size in [Int.max, 1, 61] {
            var relay = try Self.relay(from: .anthropicMessages, stream: recording.isStream)
            guard recording.isStream else {
                #expect(try relay.whole(recording.body) == recording.body)
                continue
            }
            #expect(try Self.stream(recording.body, through: &relay, pieces: size) == recording.body)
            #expect(relay.summary.brokenEvents == 0 && relay.summary.finish != nil)
        }
    }

    @Test(
        "Answers of every provider keep text, thinking, calls, usage and finish",
        arguments: [WireFormat.gemini, .ollamaChat, .openAIChat])
    func translated(wire: WireFormat) throws {
        var count = 0
        let recordings = wire == .gemini ? Self.gemini : wire == .ollamaChat ? Self.ollama : Self.chat
        for recording in recordings where recording.status == 200 && Self.misses[recording.file] == nil {
            guard let events = Self.events(wire, recording) else { continue }
            let expected = Self.comparable(events)
            let isStream = recording.isStream || wire == .ollamaChat
            for size in isStream ? [Int.max, 61] : [0] {
                var relay = try Self.relay(from: wire, stream: isStream)
                let output =
                    isStream
                    ? try Self.stream(recording.body, through: &relay, pieces: size) : try relay.whole(recording.body)
                let read =
                    isStream
                    ? try readAll(AnthropicStreamReader.self, eventPayloads(output)).events
                    : try AnthropicMessagesUpstream.events(of: try JSONValue.parse(output))
                var told = Self.comparable(read)
                if expected.usage == nil { told.usage = nil }
                #expect(told == expected, "\(recording.file)")
                if isStream { _ = try AnthropicTranscript(stream: output) }
            }
            count += 1
        }
        print("to messages: \(wire.rawValue) \(count)")
        #expect(count > (wire == .ollamaChat ? 3 : 20))
    }

    private static func relay(from wire: WireFormat, stream: Bool) throws -> any AnswerRelay {
        let body = #"{"model":"m","max_tokens":9,"stream":\#(stream),"messages":[{"role":"user","content":"q"}]}"#
        return try AnthropicMessages.call(try AnthropicMessages.understand(Array(body.utf8)), to: target(wire)).relay
    }

    private static func stream(_ bytes: [UInt8], through relay: inout any AnswerRelay, pieces size: Int) throws
        -> [UInt8]
    {
        var output: [UInt8] = []
        let size = min(size, bytes.count)
        for start in stride(from: 0, to: bytes.count, by: size) {
            output += try relay.feed(Array(bytes[start..<min(start + size, bytes.count)]))
        }
        return output + (try relay.finish())
    }

    /// The events of one complete answer; `nil` for a recording that is none.
    private static func events(_ wire: WireFormat, _ recording: Recording) -> [ModelEvent]? {
        func read<Upstream: UpstreamFormat>(_ upstream: Upstream.Type) -> [ModelEvent]? {
            if let answer = try? JSONValue.parse(recording.body) { return try? Upstream.events(of: answer) }
            return (try? AssembledStream(recording.body, Upstream.StreamReader.self))?.events
        }
        guard let events = read(wire.upstream), recording.isStream || wire == .ollamaChat || isWhole(recording) else {
            return nil
        }
        return events.contains { if case .finish = $0 { true } else { false } } ? events : nil
    }

    private static func isWhole(_ recording: Recording) -> Bool { (try? JSONValue.parse(recording.body)) != nil }

    /// What of an answer the dialect can say, as it says it.
    private static func comparable(_ events: [ModelEvent]) -> UpstreamReading {
        var refused = false
        let own = events.compactMap { event -> ModelEvent? in
            guard event.choice ?? 0 == 0 else { return nil }
            switch event {
            case .refusal(_, let text):
                refused = true
                return .text(choice: 0, text)
            case .leftOut: return nil
            case .finish(_, .contentFilter): return .finish(choice: 0, .refusal)
            case .finish(_, .error(let word)): return .finish(choice: 0, .other(word))
            default: return event
            }
        }
        var reading = UpstreamReading(own)
        if refused, reading.finishes[0] == .stop { reading.finishes[0] = .refusal }
        // A call's own signature travels as thinking without words.
        for index in reading.calls.indices {
            if let signature = reading.calls[index].signature { reading.signatures.append(signature) }
            reading.calls[index].signature = nil
            reading.calls[index].id = reading.calls[index].id.map(AnthropicToolID.original)
        }
        reading.signatures.sort()
        if reading.texts[0]?.isEmpty == true { reading.texts = [:] }
        reading.usage?.promptAudioTokens = nil
        reading.usage?.completionAudioTokens = nil
        return reading
    }
}
