import GatewayTypes
import JSON
import Testing

@testable import WireFormats

/// What holds for every request, shown on generated ones. A seed in a failure gives the same case again.
@Suite("Laws of requests")
struct RequestLawTests {
    private static let seeds = UInt64(1)...200

    /// Providers that take all the format has.
    private static let quirks = ChatQuirks {
        $0.takesTopK = true
        $0.takesCacheMarks = true
    }

    private static func encoded(_ conversation: Conversation, _ wire: WireFormat) throws -> EncodedRequest {
        try wire.upstream.encode(conversation, for: target(wire, quirks: quirks))
    }

    /// The request as a caller of the format sends it, read into the common form.
    private static func read(_ body: [UInt8], _ front: ConversationFront, stream: Bool) throws -> Conversation {
        func read<Front: ConversationFormat>(_ type: Front.Type) throws -> Conversation {
            var received = ReceivedRequest(body: body)
            if front.dialect == .gemini {
                received.path = "/models/m:\(stream ? "streamGenerateContent" : "generateContent")"
            }
            return try Front.conversation(try Front.understand(received))
        }
        switch front.dialect {
        case .openAIResponses: return try read(OpenAIResponses.self)
        case .anthropicMessages: return try read(AnthropicMessages.self)
        case .gemini: return try read(Gemini.self)
        case .ollamaChat: return try read(OllamaChat.self)
        default: return try read(OpenAIChat.self)
        }
    }

    @Test(
        "What a format has words for is written without loss and read back the same", arguments: ConversationFront.all)
    func roundTrip(front: ConversationFront) throws {
        for seed in Self.seeds {
            var generator = ConversationGenerator(seed: seed, .of(front.wire))
            let asked = generator.conversation()
            let written = try Self.encoded(asked, front.wire)
            #expect(written.dropped.isEmpty, "\(front.name), seed \(seed)")
            let again = try Self.read(written.body, front, stream: asked.stream)
            guard again.said != asked.said else { continue }
            let text = String(decoding: written.body, as: UTF8.self)
            Issue.record("\(front.name), seed \(seed): \(Self.difference(again.said, asked.said))\nin \(text)")
            return
        }
    }

    @Test("What a format has no word for is named, never dropped in silence", arguments: WireFormat.conversing)
    func named(wire: WireFormat) throws {
        let front = ConversationFront.all.first { $0.wire == wire }
        for field in ConversationField.allCases {
            for seed in UInt64(1)...5 {
                var generator = ConversationGenerator(seed: seed, .of(wire))
                let asked = generator.conversation().saying(field)
                // Refusing is not silent either.
                guard let written = try? Self.encoded(asked, wire), written.dropped.isEmpty, let front else { continue }
                let again = try Self.read(written.body, front, stream: asked.stream)
                guard again.said != asked.said, !Self.mayDiffer(front, field) else { continue }
                Issue.record("\(front.name), \(field), seed \(seed): \(Self.difference(again.said, asked.said))")
                break
            }
        }
    }

    /// Where the same is said in other words or at another place: what is written means no less than what was asked.
    private static func mayDiffer(_ front: ConversationFront, _ field: ConversationField) -> Bool {
        switch (front.dialect, field) {
        case (_, .refusal): true  // a refusal of an earlier turn is text that was said
        case (_, .reasoning): true  // an effort may be a budget or a switch
        case (.openAIChat, .toolResultImage), (.gemini, .toolResultImage): true  // follows in the user's turn
        case (.anthropicMessages, .responseFormat), (.anthropicMessages, .schemaDescription): true  // a tool
        case (.anthropicMessages, .parallelToolCalls): true  // stands beside a choice of tool, and needs one
        case (.openAIResponses, .document): true  // a file has to have a name there
        case (.gemini, .schemaStrict), (.ollamaChat, .schemaStrict): true  // schemas are always kept to
        case (.ollamaChat, .image): true  // pictures of a turn stand after its text
        default: false
        }
    }

    @Test("The same request gives the same bytes to every provider", arguments: WireFormat.conversing)
    func repeatable(wire: WireFormat) throws {
        for seed in Self.seeds {
            let bodies = try (0..<3).map { _ in
                var generator = ConversationGenerator(seed: seed, .of(wire))
                return try Self.encoded(generator.conversation(), wire).body
            }
            #expect(bodies[0] == bodies[1] && bodies[1] == bodies[2], "\(wire.rawValue), seed \(seed)")
            #expect(throws: Never.self, "\(wire.rawValue), seed \(seed)") { _ = try JSONValue.parse(bodies[0]) }
        }
    }

    @Test(
        "From any dialect to any provider: the same bytes, and what is not said is named",
        arguments: ConversationFront.all)
    func everyPair(front: ConversationFront) throws {
        for seed in Self.seeds where seed % 4 == 0 {
            var generator = ConversationGenerator(seed: seed, .of(front.wire))
            let asked = generator.conversation()
            var received = ReceivedRequest(body: try Self.encoded(asked, front.wire).body)
            if front.dialect == .gemini {
                received.path = "/models/m:\(asked.stream ? "streamGenerateContent" : "generateContent")"
            }
            for wire in WireFormat.conversing {
                let calls = try (0..<2).map { _ in
                    try front.dialect.format.call(try front.dialect.format.understand(received), to: target(wire))
                }
                let place = "\(front.name) to \(wire.rawValue), seed \(seed)"
                #expect(calls[0].body == calls[1].body && calls[0].dropped == calls[1].dropped, "\(place)")
                if wire == front.wire { #expect(calls[0].body == received.body, "\(place)") }
            }
        }
    }

    @Test(
        "What two formats have words for goes from the one's caller to the other's provider without loss",
        arguments: ConversationFront.all)
    func shared(front: ConversationFront) throws {
        for provider in ConversationFront.all where provider.wire != front.wire {
            for seed in Self.seeds {
                var generator = ConversationGenerator(seed: seed, .of(front.wire).shared(with: .of(provider.wire)))
                let asked = generator.conversation()
                var received = ReceivedRequest(body: try Self.encoded(asked, front.wire).body)
                if front.dialect == .gemini {
                    received.path = "/models/m:\(asked.stream ? "streamGenerateContent" : "generateContent")"
                }
                let call = try front.dialect.format.call(
                    try front.dialect.format.understand(received), to: target(provider.wire, quirks: Self.quirks))
                let again = try Self.read(call.body, provider, stream: asked.stream).said.withoutDefaults
                let expected = asked.said.withoutDefaults
                guard again != expected || !call.dropped.isEmpty else { continue }
                let text = String(decoding: call.body, as: UTF8.self)
                Issue.record(
                    """
                    \(front.name) to \(provider.name), seed \(seed), without \(call.dropped):
                    \(Self.difference(again, expected))
                    in \(text)
                    """)
                break
            }
        }
    }

    private static func difference(_ told: Conversation, _ asked: Conversation) -> String {
        for (one, other) in zip(told.messages, asked.messages) where one != other { return "\(one)\nand not \(other)" }
        guard told.messages.count == asked.messages.count else {
            return "\(told.messages.count) and not \(asked.messages.count) parts"
        }
        var (one, other) = (told, asked)
        (one.messages, other.messages) = ([], [])
        return "\(one)\nand not \(other)"
    }
}
