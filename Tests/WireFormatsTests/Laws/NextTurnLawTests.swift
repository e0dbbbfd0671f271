import GatewayTypes
import JSON
import Testing

@testable import WireFormats

/// What holds for an answer that its caller sends back with the next question.
@Suite("Laws of the next turn")
struct NextTurnLawTests {
    /// What a request says, in the order in which it says it.
    private struct Said {
        var texts: [String] = []
        var objects: [String] = []

        init(_ body: [UInt8]) throws { add(try JSONValue.parse(body)) }

        private mutating func add(_ value: JSONValue) {
            if let text = value.string {
                texts.append(text)
            } else if value.kind == .object {
                objects.append(value.compactText)
                for member in value.members { add(member.value) }
            } else {
                for element in value.elements { add(element) }
            }
        }

        /// Whether all of these are said, one after the other.
        func holds(_ wanted: [String]) -> Bool {
            var rest = texts[...]
            for text in wanted {
                guard let place = rest.firstIndex(of: text) else { return false }
                rest = rest[(place + 1)...]
            }
            return true
        }
    }

    @Test(
        "An answer goes back to its provider through any dialect as it was told: words, calls, and each seal to the byte",
        arguments: WireFormat.conversing)
    func goesBack(wire: WireFormat) throws {
        var words = AnswerWords.of(wire)
        (words.choices, words.finishes) = (1, [.stop, .length])
        for front in ConversationFront.all where front.wire != wire {
            for seed in UInt64(1)...60 {
                var generator = AnswerGenerator(seed: seed, words)
                let told = try wire.events(of: try UpstreamBytes.stream(generator.answer(), wire), isStream: true)
                let request = try NextTurn.request(front, after: try UpstreamBytes.whole(told, front))
                let asked = try front.dialect.format.understand(request)
                let call = try front.dialect.format.call(asked, to: target(wire))
                guard let fault = try Self.fault(of: call.body, after: told, front) else { continue }
                Issue.record(
                    """
                    \(front.name) to \(wire.rawValue), seed \(seed): \(fault), after \(told)
                    in \(String(decoding: call.body, as: UTF8.self))
                    """)
                break
            }
        }
    }

    private static func fault(of body: [UInt8], after told: [ModelEvent], _ front: ConversationFront) throws -> String?
    {
        let said = try Said(body)
        let answer = UpstreamReading(told)
        if let text = answer.texts[0], !said.texts.contains(text) { return "the text is lost" }
        for call in answer.calls {
            guard said.texts.contains(call.name) else { return "the call of \(call.name) is lost" }
            guard said.objects.contains(call.arguments) || said.texts.contains(call.arguments) else {
                return "the arguments \(call.arguments) are lost"
            }
        }
        // Ollama's clients have no place for what is sealed.
        guard front.dialect != .ollamaChat else { return nil }
        for call in answer.calls where call.id.map({ !said.texts.contains($0) }) ?? false {
            return "the id \(call.id ?? "") is lost"
        }
        let seals = told.compactMap { event -> String? in
            switch event {
            case .thinkingSignature(_, let seal), .redactedThinking(_, let seal): seal
            case .toolCall(_, _, _, _, let seal): seal
            default: nil
            }
        }
        return said.holds(seals) ? nil : "one of the seals \(seals) is lost, or stands elsewhere"
    }
}
