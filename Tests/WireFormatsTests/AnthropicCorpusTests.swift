import GatewayTypes
import JSON
import Testing

@testable import WireFormats

@Suite("Anthropic recorded traffic", .enabled(if: UpstreamRecordings.isPresent, "no corpus beside the package"))
struct AnthropicCorpusTests {
    private static let all = UpstreamRecordings.all(
        ["anthropic", "vertex", "openrouter", "bedrock", "azure", "cloudflare", "vercel-gateway"], endpoint: "messages")

    @Test("Streams read as their pieces say", arguments: all.filter { $0.status == 200 && $0.isStream })
    func stream(recording: UpstreamRecordings.Recording) throws {
        for payloads in Self.answers(eventPayloads(recording.body)) {
            let (events, broken) = try readAll(AnthropicStreamReader.self, payloads)
            #expect(broken == 0)
            #expect(UpstreamReading(events) == (try Self.reading(ofStream: payloads)))
            #expect(!UpstreamReading(events).finishes.isEmpty)
        }
    }

    @Test("Whole answers read as they say", arguments: all.filter { $0.status == 200 && !$0.isStream })
    func whole(recording: UpstreamRecordings.Recording) throws {
        let answer = try JSONValue.parse(recording.body)
        let events = try AnthropicMessagesUpstream.events(of: answer)
        #expect(UpstreamReading(events) == Self.reading(of: answer))
    }

    @Test("Errors have the kind their status means", arguments: all.filter { $0.status >= 400 })
    func error(recording: UpstreamRecordings.Recording) {
        let failure = AnthropicMessagesUpstream.failure(status: recording.status, body: recording.body)
        let expected: UpstreamFailure.Kind =
            switch recording.status {
            case 401: .authentication
            case 404: .notFound
            default: .contextLength
            }
        #expect(failure.kind == expected)
        #expect(failure.code != nil && !failure.message.isEmpty)
    }

    /// One recording holds several streams, one after the other.
    private static func answers(_ payloads: [[UInt8]]) -> [[[UInt8]]] {
        var answers: [[[UInt8]]] = []
        for payload in payloads {
            if (try? JSONValue.parse(payload))?["type"]?.string == "message_start" || answers.isEmpty {
                answers.append([])
            }
            answers[answers.count - 1].append(payload)
        }
        return answers
    }

    private static func reading(of answer: JSONValue) -> UpstreamReading {
        var reading = UpstreamReading()
        for block in answer["content"]?.elements.map({ $0 }) ?? [] {
            switch block["type"]?.string {
            case "text": reading.texts[0, default: ""] += block["text"]?.string ?? ""
            case "thinking":
                reading.thinking += block["thinking"]?.string ?? ""
                if let signature = block["signature"]?.string, signature != "" { reading.signatures.append(signature) }
            case "redacted_thinking": reading.redacted.append(block["data"]?.string ?? "")
            case "tool_use":
                reading.calls.append(
                    UpstreamReading.Call(
                        id: block["id"]?.string, name: block["name"]?.string ?? "",
                        arguments: block["input"]?.compactText ?? ""))
            default: reading.leftOut.append(block["type"]?.string ?? "")
            }
        }
        if reading.texts[0] == "" { reading.texts = [:] }
        reading.finishes = finish(answer["stop_reason"]?.string)
        if let usage = answer["usage"] { reading.usage = counts([usage]) }
        return reading
    }

    private static func reading(ofStream payloads: [[UInt8]]) throws -> UpstreamReading {
        var reading = UpstreamReading()
        var pieces: [Int: String] = [:]
        var calls: [Int: JSONValue] = [:]
        var usages: [JSONValue] = []
        for payload in payloads where payload != Array("[DONE]".utf8) {
            let event = try JSONValue.parse(payload)
            let index = event["index"]?.int ?? 0
            if let usage = event["usage"] ?? event["message"]?["usage"] { usages.append(usage) }
            if let message = event["message"], let content = message["content"], content.count > 0 {
                reading = Self.reading(of: message)
            }
            if let block = event["content_block"] {
                switch block["type"]?.string {
                case "text": reading.texts[0, default: ""] += block["text"]?.string ?? ""
                case "thinking": break
                case "tool_use": calls[index] = block
                case "redacted_thinking": reading.redacted.append(block["data"]?.string ?? "")
                default: reading.leftOut.append(block["type"]?.string ?? "")
                }
            }
            if let delta = event["delta"] {
                reading.texts[0, default: ""] += delta["text"]?.string ?? ""
                reading.thinking += delta["thinking"]?.string ?? ""
                if let signature = delta["signature"]?.string { reading.signatures.append(signature) }
                pieces[index, default: ""] += delta["partial_json"]?.string ?? ""
                if let reason = delta["stop_reason"]?.string { reading.finishes = finish(reason) }
            }
        }
        for (index, call) in calls.sorted(by: { $0.key < $1.key }) {
            let text = pieces[index] ?? ""
            reading.calls.append(
                UpstreamReading.Call(
                    id: call["id"]?.string, name: call["name"]?.string ?? "",
                    arguments: text.isEmpty ? call["input"]?.compactText ?? "" : UpstreamReading.compact(text)))
        }
        if reading.texts[0] == "" { reading.texts = [:] }
        reading.usage = usages.isEmpty ? nil : counts(usages)
        return reading
    }

    private static func finish(_ reason: String?) -> [Int: FinishReason] {
        let meanings: [String: FinishReason] = [
            "end_turn": .stop, "stop_sequence": .stop, "max_tokens": .length, "tool_use": .toolCalls,
            "pause_turn": .pause, "refusal": .refusal,
        ]
        return reason.flatMap { meanings[$0] }.map { [0: $0] } ?? [:]
    }

    /// The last word on each count.
    private static func counts(_ usages: [JSONValue]) -> Usage {
        func last(_ key: String) -> Int? { usages.compactMap { $0[key]?.int }.last }
        let read = last("cache_read_input_tokens")
        let written = last("cache_creation_input_tokens")
        return Usage(
            promptTokens: (last("input_tokens") ?? 0) + (read ?? 0) + (written ?? 0),
            completionTokens: last("output_tokens") ?? 0, cachedTokens: read, cacheWriteTokens: written,
            reasoningTokens: usages.compactMap { $0["output_tokens_details"]?["thinking_tokens"]?.int }.last)
    }
}
