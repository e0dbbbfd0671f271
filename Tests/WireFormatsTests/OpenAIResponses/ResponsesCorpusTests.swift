import GatewayTypes
import JSON
import Testing

@testable import WireFormats

@Suite(
    "Recorded traffic as Responses",
    .enabled(if: UpstreamRecordings.isPresent, "no recorded traffic: set SWITCHYARD_CORPUS"))
struct ResponsesCorpusTests {
    private static let responses = UpstreamRecordings.all(
        ["azure", "bedrock", "deepseek", "llamacpp", "openai", "openrouter", "xai"], endpoint: "responses"
    ).filter { $0.status == 200 && String(decoding: $0.body.prefix(4_000), as: UTF8.self).contains("\"response\"") }

    /// A recording that ends in a failure: what it says is thrown.
    private static let failing = ["openai/responses-prism-stream-rate-limited-1-0-69babf.json"]

    /// Comments may stand before the first event.
    private static func isStream(_ recording: UpstreamRecordings.Recording) -> Bool {
        recording.body.first { $0 > 0x20 } != UInt8(ascii: "{")
    }

    @Test("Responses pass through byte for byte", arguments: responses)
    func passedThrough(recording: UpstreamRecordings.Recording) throws {
        for size in [recording.body.count, 61] {
            let request = try responsesRequest(#""input":"q","stream":\#(Self.isStream(recording))"#)
            var relay = try OpenAIResponses.call(request, to: target(.openAIResponses)).relay
            var output: [UInt8] = []
            do throws(UpstreamFailure) {
                if Self.isStream(recording) {
                    for start in stride(from: 0, to: recording.body.count, by: size) {
                        output += try relay.feed(Array(recording.body[start..<min(start + size, recording.body.count)]))
                    }
                    output += try relay.finish()
                } else {
                    output = try relay.whole(recording.body)
                }
                #expect(output == recording.body && relay.summary.finish != nil && relay.summary.brokenEvents == 0)
            } catch {
                #expect(Self.failing.contains(recording.file), "\(error)")
            }
        }
    }

    @Test("Responses read and written again keep text, thinking, calls, usage and end", arguments: responses)
    func rewritten(recording: UpstreamRecordings.Recording) throws {
        for payloads in Self.answers(recording) {
            let events: [ModelEvent]
            do throws(UpstreamFailure) { events = try Self.events(payloads) } catch {
                // Failed, or goes on in the background.
                let hasNotEnded = error.kind == .badAnswer && error.message.contains("has not ended")
                #expect(hasNotEnded || Self.failing.contains(recording.file), "\(error)")
                continue
            }
            try Self.check(events, recording.file)
        }
    }

    @Test("Answers of every other wire become Responses without loss")
    func translated() throws {
        var count = 0
        for exchange in ChatCorpus.exchanges where exchange.status == 200 {
            let events =
                exchange.isStream
                ? try? readAll(ChatStreamReader.self, eventPayloads(exchange.response)).events
                : (try? JSONValue.parse(exchange.response)).flatMap { try? OpenAIChatUpstream.events(of: $0) }
            guard let events, UpstreamReading(events).finishes[0] != nil else { continue }
            try Self.check(events, exchange.path)
            count += 1
        }
        #expect(count > 200)
        count = 0
        for recording in UpstreamRecordings.all(["anthropic", "vertex", "openrouter"], endpoint: "messages")
        where recording.status == 200 {
            let events =
                recording.isStream
                ? try? readAll(AnthropicStreamReader.self, eventPayloads(recording.body)).events
                : try? AnthropicMessagesUpstream.events(of: try JSONValue.parse(recording.body))
            guard let events, events.count(where: { if case .finish = $0 { true } else { false } }) == 1 else {
                continue
            }
            try Self.check(events, recording.file)
            count += 1
        }
        #expect(count > 50)
        count = 0
        for recording in UpstreamRecordings.all(["google", "vertex"], endpoint: "generatecontent")
        where recording.status == 200 {
            guard !String(decoding: recording.body, as: UTF8.self).contains("\"willContinue\"") else { continue }
            let payloads = recording.isStream ? eventPayloads(recording.body) : [recording.body]
            guard let events = try? readAll(GeminiStreamReader.self, payloads).events else { continue }
            guard UpstreamReading(events).finishes[0] != nil else { continue }
            try Self.check(events, recording.file)
            count += 1
        }
        #expect(count > 40)
    }

    /// One recording holds several streams, one after the other.
    private static func answers(_ recording: UpstreamRecordings.Recording) -> [[[UInt8]]] {
        guard isStream(recording) else { return [[recording.body]] }
        var answers: [[[UInt8]]] = []
        for payload in eventPayloads(recording.body) {
            let type = (try? JSONValue.parse(payload))?["type"]?.string
            if type == "response.created" || answers.isEmpty { answers.append([]) }
            answers[answers.count - 1].append(payload)
        }
        return answers
    }

    private static func events(_ payloads: [[UInt8]]) throws(UpstreamFailure) -> [ModelEvent] {
        var reader = ResponsesStreamReader()
        var events: [ModelEvent] = []
        for payload in payloads {
            let read = try reader.read(StreamRecord(data: payload))
            #expect(read != nil)
            events += read ?? []
        }
        return events
    }

    /// Writes an answer whole and streamed, and takes it back as a caller would send it on the next turn.
    private static func check(_ events: [ModelEvent], _ file: String) throws {
        let reading = UpstreamReading(events.filter { $0.choice ?? 0 == 0 })
        var writer = try responsesWriter()
        var streamWriter = writer
        let answer = try JSONValue.parse(writer.whole(events))
        let told = try ResponsesStream(events.flatMap { streamWriter.stream([$0]) } + streamWriter.end())
        #expect(told.agrees(), "\(file)")
        #expect(told.last?.compactText == answer.compactText, "\(file)")

        var again = ResponsesReading()
        if let output = answer["output"], output.count > 0 {
            let next = "\"input\":" + RawJSON(output.raw).text
            for message in try conversation(next).messages { again.add(message) }
        }
        #expect(again.text == reading.texts[0] ?? "", "\(file)")
        #expect(again.calls == reading.calls, "\(file)")
        #expect(again.signatures == reading.signatures && again.redacted == reading.redacted, "\(file)")
        #expect(again.thinking.filter { $0 != "\n" } == reading.thinking.filter { $0 != "\n" }, "\(file)")
        #expect(ResponsesUsage.read(answer["usage"])?.totalTokens == reading.usage?.clamped().totalTokens, "\(file)")
        #expect(answer["status"]?.string == ResponsesState(reading.finishes[0]).word, "\(file)")
    }
}

/// What an assistant's turns say.
private struct ResponsesReading {
    var text = ""
    var thinking = ""
    var signatures: [String] = []
    var redacted: [String] = []
    var calls: [UpstreamReading.Call] = []

    mutating func add(_ message: Message) {
        for part in message.content {
            switch part {
            case .text(let text): self.text += text
            case .thinking(let thinking):
                self.thinking += thinking.text
                if let signature = thinking.signature { signatures.append(signature) }
                if let data = thinking.redacted { redacted.append(data) }
            case .toolCall(let call):
                calls.append(
                    UpstreamReading.Call(
                        id: call.id, name: call.name, arguments: UpstreamReading.compact(call.arguments),
                        signature: call.signature))
            case .refusal, .image, .audio, .video, .document, .toolResult: break
            }
        }
    }
}
