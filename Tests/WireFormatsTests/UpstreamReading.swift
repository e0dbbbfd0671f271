import GatewayTypes
import JSON

@testable import WireFormats

/// What an answer comes to, whatever the pieces it came in.
struct UpstreamReading: Equatable {
    struct Call: Equatable {
        var id: String?
        var name: String
        var arguments: String
        var signature: String?
    }

    var texts: [Int: String] = [:]
    var thinking = ""
    var signatures: [String] = []
    var redacted: [String] = []
    var calls: [Call] = []
    var finishes: [Int: FinishReason] = [:]
    var usage: Usage?
    var leftOut: [String] = []

    init() {}

    init(_ events: [ModelEvent]) {
        var places: [[Int]: Int] = [:]
        for event in events {
            switch event {
            case .start, .citations, .logprobs, .audio, .refusal: break
            case .text(let choice, let text): texts[choice, default: ""] += text
            case .thinking(_, let text): thinking += text
            case .thinkingSignature(_, let signature): signatures.append(signature)
            case .redactedThinking(_, let data): redacted.append(data)
            case .toolCall(let choice, let index, let id, let name, let signature):
                places[[choice, index]] = calls.count
                calls.append(Call(id: id, name: name, arguments: "", signature: signature))
            case .toolArguments(let choice, let index, let text): calls[places[[choice, index]]!].arguments += text
            case .finish(let choice, let reason): finishes[choice] = reason
            case .usage(let counts): usage = counts
            case .leftOut(let type): leftOut.append(type)
            }
        }
        for index in calls.indices { calls[index].arguments = Self.compact(calls[index].arguments) }
    }

    /// JSON without white space, or the text itself where it is none.
    static func compact(_ text: String) -> String {
        (try? JSONValue.parse(Array(text.utf8)))?.compactText ?? text
    }
}

/// Reads `payloads` one after the other; a payload that cannot be read shows as `nil` in the result's place.
func readAll<Reader: UpstreamStreamReader>(
    _ type: Reader.Type, _ payloads: [[UInt8]]
) throws -> (events: [ModelEvent], broken: Int) {
    var reader = Reader()
    var events: [ModelEvent] = []
    var broken = 0
    for payload in payloads {
        if let read = try reader.read(StreamRecord(data: payload)) { events += read } else { broken += 1 }
    }
    return (events, broken)
}

func readAll<Reader: UpstreamStreamReader>(_ type: Reader.Type, _ payloads: [String]) throws -> [ModelEvent] {
    try readAll(type, payloads.map { Array($0.utf8) }).events
}

func parsed(_ text: String) throws -> JSONValue { try JSONValue.parse(Array(text.utf8)) }
