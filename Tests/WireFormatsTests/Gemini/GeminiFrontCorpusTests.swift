import GatewayTypes
import JSON
import Testing

@testable import WireFormats

/// What real clients and providers said, through Gemini's dialect.
@Suite("Recorded traffic and Gemini's dialect", .enabled(if: UpstreamRecordings.isPresent, "no corpus"))
struct GeminiFrontCorpusTests {
    @Test("Recorded requests are understood, told to every provider, and pass through as they are")
    func requests() throws {
        var count = 0
        for recording in RecordedAnswers.gemini where recording.asked.starts(with: "{".utf8) && recording.status == 200
        {
            let json = try JSONValue.parse(recording.asked)
            guard json["contents"] != nil else { continue }
            let operation = recording.url.contains(":stream") ? "streamGenerateContent" : "generateContent"
            let received = ReceivedRequest(body: recording.asked, path: "/models/m:\(operation)")
            do {
                let request = try Gemini.understand(received)
                let same = try Gemini.call(request, to: target(.gemini))
                if json["model"] == nil { #expect(same.body == recording.asked, "\(recording.file)") }
                guard json["cachedContent"] == nil else { continue }
                for wire in RecordedAnswers.wires where wire != .gemini {
                    let sent = try Gemini.call(request, to: target(wire)).body
                    #expect(throws: Never.self, "\(recording.file)") { _ = try JSONValue.parse(sent) }
                }
                count += 1
            } catch {
                Issue.record("\(recording.file): \(error)")
            }
        }
        #expect(count > 40)
    }

    @Test("Recorded answers pass byte for byte", arguments: RecordedAnswers.all(.gemini))
    func same(recording: UpstreamRecordings.Recording) throws {
        guard RecordedAnswers.events(.gemini, recording.body) != nil else { return }
        for size in [Int.max, 1, 61] {
            var relay = try Gemini.relay(from: .gemini, stream: recording.isStream)
            guard recording.isStream else {
                guard try JSONValue.parse(recording.body).kind == .object else { return }
                #expect(try relay.whole(recording.body) == recording.body)
                continue
            }
            #expect(try relayed(recording.body, through: &relay, pieces: size) == recording.body)
            #expect(relay.summary.brokenEvents == 0 && relay.summary.finish != nil)
        }
    }

    @Test(
        "Answers of every provider keep text, thinking, calls, usage and finish",
        arguments: [WireFormat.openAIChat, .anthropicMessages, .ollamaChat])
    func translated(wire: WireFormat) throws {
        var count = 0
        for recording in RecordedAnswers.all(wire) {
            guard let events = RecordedAnswers.events(wire, recording.body) else { continue }
            let isStream = recording.isStream || !RecordedAnswers.isWhole(recording)
            let expected = Self.comparable(events)
            for size in isStream ? [Int.max, 61] : [0] {
                var relay = try Gemini.relay(from: wire, stream: isStream)
                var reader = GeminiChunkReader()
                let chunks =
                    isStream
                    ? try geminiChunks(try relayed(recording.body, through: &relay, pieces: size))
                    : [try JSONValue.parse(try relay.whole(recording.body))]
                let read = try chunks.flatMap { try reader.read($0) }
                #expect(Self.told(read) == expected, "\(recording.file)")
            }
            count += 1
        }
        #expect(count > (wire == .ollamaChat ? 3 : 30))
    }

    /// What an answer said, in the words that the dialect has for it.
    private static func comparable(_ events: [ModelEvent]) -> UpstreamReading {
        let hasCalls = Set(
            events.compactMap { if case .toolCall(let choice, _, _, _, _) = $0 { choice } else { nil } })
        let refusing = Set(events.compactMap { if case .refusal(let choice, _) = $0 { choice } else { nil } })
        var reading = UpstreamReading(
            events.map { event in
                switch event {
                case .refusal(let choice, let text): return .text(choice: choice, text)
                case .finish(let choice, .refusal): return .finish(choice: choice, .contentFilter)
                case .finish(let choice, .stop) where refusing.contains(choice):
                    return .finish(choice: choice, .contentFilter)
                case .finish(let choice, .pause): return .finish(choice: choice, .length)
                case .finish(let choice, .error), .finish(let choice, .other):
                    return .finish(choice: choice, .other("OTHER"))
                case .finish(let choice, .stop) where hasCalls.contains(choice):
                    return .finish(choice: choice, .toolCalls)
                case .finish(let choice, .toolCalls) where !hasCalls.contains(choice):
                    return .finish(choice: choice, .stop)
                case .audio(let choice, let audio):
                    let words = (try? JSONValue.parse(audio.bytes))?["transcript"]?.string
                    return .text(choice: choice, words ?? "")
                default: return event
                }
            })
        reading.leftOut = []
        reading.signatures = (reading.signatures + reading.redacted).sorted()
        reading.redacted = []
        for index in reading.calls.indices { reading.calls[index] = whole(reading.calls[index]) }
        if reading.texts[0]?.isEmpty == true { reading.texts[0] = nil }
        reading.usage?.cacheWriteTokens = nil
        reading.usage = reading.usage?.clamped()
        // A part that is none, or more than the whole, is not told.
        if let usage = reading.usage {
            let (prompt, completion) = (usage.promptAudioTokens ?? 0, usage.completionAudioTokens ?? 0)
            if prompt == 0 || prompt > usage.promptTokens { reading.usage?.promptAudioTokens = nil }
            if completion == 0 || completion > usage.completionTokens { reading.usage?.completionAudioTokens = nil }
        }
        return reading
    }

    /// The same of what was written, with the signatures unwrapped.
    private static func told(_ events: [ModelEvent]) -> UpstreamReading {
        var reading = UpstreamReading(events)
        reading.signatures = reading.signatures.map { unwrapped($0) }.sorted()
        for index in reading.calls.indices {
            reading.calls[index].signature = reading.calls[index].signature.map { unwrapped($0) }
        }
        return reading
    }

    private static func unwrapped(_ text: String) -> String {
        switch GeminiThoughtSignature(text) {
        case .own(let text), .thinking(let text), .redacted(let text), .call(let text), .hiddenThinking(_, let text):
            text
        }
    }

    /// Arguments that are no object have no words in the dialect.
    private static func whole(_ call: UpstreamReading.Call) -> UpstreamReading.Call {
        var call = call
        if (try? JSONValue.parse(Array(call.arguments.utf8)))?.kind != .object { call.arguments = "{}" }
        return call
    }
}
