import GatewayTypes
import JSON
import Testing

@testable import WireFormats

/// What real clients and providers said, through Ollama's dialect.
@Suite("Recorded traffic and Ollama's dialect", .enabled(if: UpstreamRecordings.isPresent, "no corpus"))
struct OllamaFrontCorpusTests {
    private static func relay(from wire: WireFormat, stream: Bool) throws -> any AnswerRelay {
        let body = #"{"model":"m","stream":\#(stream),"messages":[{"role":"user","content":"q"}]}"#
        return try OllamaChat.call(try OllamaChat.understand(Array(body.utf8)), to: target(wire)).relay
    }

    @Test("Recorded requests are understood, told to every provider, and pass through as they are")
    func requests() throws {
        var count = 0
        for recording in RecordedAnswers.ollama where recording.status == 200 {
            guard let json = try? JSONValue.parse(recording.asked), json["messages"] != nil else { continue }
            let request = try OllamaChat.understand(recording.asked)
            #expect(try OllamaChat.call(request, to: target(.ollamaChat, model: request.model)).body == recording.asked)
            for wire in RecordedAnswers.wires { _ = try OllamaChat.call(request, to: target(wire)) }
            count += 1
        }
        #expect(count > 3)
    }

    @Test("Recorded answers pass byte for byte", arguments: RecordedAnswers.all(.ollamaChat))
    func same(recording: UpstreamRecordings.Recording) throws {
        let isStream = !RecordedAnswers.isWhole(recording)
        var relay = try Self.relay(from: .ollamaChat, stream: isStream)
        let output =
            isStream ? try relayed(recording.body, through: &relay, pieces: 61) : try relay.whole(recording.body)
        #expect(output == recording.body)
    }

    @Test(
        "Answers of every provider keep text, thinking, calls, usage and finish",
        arguments: [WireFormat.openAIChat, .anthropicMessages, .gemini])
    func translated(wire: WireFormat) throws {
        var count = 0
        for recording in RecordedAnswers.all(wire) {
            guard let events = RecordedAnswers.events(wire, recording.body) else { continue }
            let isStream = recording.isStream || !RecordedAnswers.isWhole(recording)
            var relay = try Self.relay(from: wire, stream: isStream)
            let output =
                isStream ? try relayed(recording.body, through: &relay, pieces: 61) : try relay.whole(recording.body)
            var reader = OllamaLineReader()
            let lines = try output.split(separator: UInt8(ascii: "\n")).map { try JSONValue.parse($0) }
            let told = UpstreamReading(try lines.flatMap { try reader.read($0) ?? [] })
            #expect(told == Self.comparable(events), "\(recording.file)")
            count += 1
        }
        #expect(count > 30)
    }

    /// What of an answer the dialect can say, as it says it.
    private static func comparable(_ events: [ModelEvent]) -> UpstreamReading {
        let own = events.filter { $0.choice ?? 0 == 0 }
        let hasCalls = own.contains { if case .toolCall = $0 { true } else { false } }
        let hasRefused = own.contains { if case .refusal = $0 { true } else { false } }
        var reading = UpstreamReading(
            own.compactMap { event in
                switch event {
                case .refusal(_, let text): return .text(choice: 0, text)
                case .finish(_, .stop) where hasRefused && !hasCalls: return .finish(choice: 0, .refusal)
                case .finish(_, .stop), .finish(_, .toolCalls): return .finish(choice: 0, hasCalls ? .toolCalls : .stop)
                case .finish(_, .pause): return .finish(choice: 0, .length)
                case .finish(_, .error(let word)): return .finish(choice: 0, .other(word))
                case .leftOut: return nil
                default: return event
                }
            })
        reading.signatures = []
        reading.redacted = []
        if reading.texts[0]?.isEmpty == true { reading.texts = [:] }
        for index in reading.calls.indices {
            reading.calls[index].signature = nil
            let arguments = Array(reading.calls[index].arguments.utf8)
            if (try? JSONValue.parse(arguments))?.kind != .object { reading.calls[index].arguments = "{}" }
        }
        reading.usage = reading.usage.map {
            Usage(promptTokens: $0.promptTokens, completionTokens: $0.completionTokens).clamped()
        }
        return reading
    }
}
