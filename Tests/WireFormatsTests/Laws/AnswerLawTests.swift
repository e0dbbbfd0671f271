import GatewayTypes
import JSON
import Testing

@testable import WireFormats

/// What holds for every answer, shown on generated ones. A seed in a failure gives the same case again.
@Suite("Laws of answers")
struct AnswerLawTests {
    private static let seeds = UInt64(1)...150

    private static func answer(_ seed: UInt64, _ wire: WireFormat) -> [ModelEvent] {
        var generator = AnswerGenerator(seed: seed, .of(wire))
        return generator.answer()
    }

    @Test("What a dialect has words for is written without loss, whole and streamed", arguments: ConversationFront.all)
    func roundTrip(front: ConversationFront) throws {
        for seed in Self.seeds {
            let events = Self.answer(seed, front.wire)
            let expected = UpstreamReading(events, in: front.dialect)
            let whole = try UpstreamBytes.whole(events, front)
            let stream = try UpstreamBytes.stream(events, front.wire)
            for (output, isStream) in [(whole, false), (stream, true)] {
                let told = UpstreamReading(try front.events(of: output, stream: isStream), in: front.dialect)
                guard told != expected else { continue }
                let text = String(decoding: output, as: UTF8.self)
                Issue.record("\(front.name), seed \(seed): \(told)\nand not \(expected)\nin \(text)")
                return
            }
        }
    }

    @Test(
        "Streams of formats without a dialect are read as they are meant",
        arguments: [WireFormat.bedrockConverse, .cohereChat])
    func read(wire: WireFormat) throws {
        for seed in Self.seeds {
            let events = Self.answer(seed, wire)
            let told = UpstreamReading(try wire.events(of: try UpstreamBytes.stream(events, wire), isStream: true))
            var expected = UpstreamReading(events)
            // Nobody but zero says no tokens there.
            if wire == .bedrockConverse, var usage = expected.usage {
                usage.cachedTokens = usage.cachedTokens ?? 0
                usage.cacheWriteTokens = usage.cacheWriteTokens ?? 0
                expected.usage = usage
            }
            #expect(told == expected, "\(wire.rawValue), seed \(seed)")
        }
    }

    @Test("However a stream is cut, its records give the same events", arguments: WireFormat.conversing)
    func splits(wire: WireFormat) throws {
        for seed in Self.seeds where seed % 3 == 0 {
            let bytes = try UpstreamBytes.stream(Self.answer(seed, wire), wire)
            let whole = try Self.events(wire, [bytes])
            #expect(!whole.isEmpty)
            var chance = Chance(seed: seed)
            var cuts = (0..<12).map { _ in chance.pieces(of: bytes, chance.number(2...9)) }
            if seed % 30 == 0 { cuts.append(bytes.map { [$0] }) }
            for pieces in cuts {
                guard try Self.events(wire, pieces) != whole else { continue }
                Issue.record("\(wire.rawValue), seed \(seed), pieces of \(pieces.map(\.count))")
                return
            }
        }
    }

    @Test(
        "Line ends of every kind mean the same",
        arguments: [WireFormat.openAIChat, .openAIResponses, .anthropicMessages, .gemini, .cohereChat])
    func lineEnds(wire: WireFormat) throws {
        for seed in Self.seeds where seed % 10 == 0 {
            let bytes = try UpstreamBytes.stream(Self.answer(seed, wire), wire)
            let lines = Array(String(decoding: bytes, as: UTF8.self).replacingCRLF.utf8)
            let whole = try Self.events(wire, [lines])
            for end in ["\r\n", "\r"] {
                let other = lines.flatMap { $0 == UInt8(ascii: "\n") ? Array(end.utf8) : [$0] }
                var chance = Chance(seed: seed)
                #expect(try Self.events(wire, [other]) == whole, "\(wire.rawValue), seed \(seed)")
                let pieces = chance.pieces(of: other, 7)
                #expect(try Self.events(wire, pieces) == whole, "\(wire.rawValue), seed \(seed)")
            }
        }
    }

    @Test(
        "However an answer is cut, every caller gets the same bytes, with nothing lost",
        arguments: WireFormat.conversing)
    func relayed(wire: WireFormat) throws {
        for front in ConversationFront.all {
            for seed in Self.seeds where seed % 10 == 0 {
                let events = Self.answer(seed, wire)
                let bytes = try UpstreamBytes.stream(events, wire)
                let place = "\(wire.rawValue) to \(front.name), seed \(seed)"
                let whole = try front.output(of: bytes, from: wire, stream: true)
                var chance = Chance(seed: seed)
                for _ in 0..<3 {
                    var relay = try front.relay(from: wire, stream: true)
                    var output: [UInt8] = []
                    for piece in chance.pieces(of: bytes, 6) { output += try relay.feed(piece) }
                    #expect(output + (try relay.finish()) == whole, "\(place)")
                }
                let source = try wire.events(of: bytes, isStream: true)
                let expected = UpstreamReading(source, in: front.dialect)
                if front.dialect == .openAIResponses, Self.hasFailed(source) { continue }
                let told = UpstreamReading(try front.events(of: whole, stream: true), in: front.dialect)
                #expect(told == expected, "\(place)")
            }
        }
    }

    /// A response that failed is told as that, and read as an error.
    private static func hasFailed(_ events: [ModelEvent]) -> Bool {
        events.contains { if case .finish(_, .error) = $0 { true } else { false } }
    }

    @Test("A stream that lacks its end is taken for complete by nobody", arguments: WireFormat.conversing)
    func cut(wire: WireFormat) throws {
        for front in ConversationFront.all {
            let bytes = try UpstreamBytes.stream(
                [.start(id: "a", model: "m", created: 1), .text(choice: 0, "Hello")], wire)
            let half = wire == .ollamaChat ? Array(bytes.prefix { $0 != 10 }) : Array(bytes.prefix(bytes.count / 2))
            #expect(throws: UpstreamFailure.self, "\(wire.rawValue) to \(front.name)") {
                _ = try front.output(of: half, from: wire, stream: true)
            }
        }
    }

    private static func events(_ wire: WireFormat, _ pieces: [[UInt8]]) throws -> [ModelEvent] {
        func read<Upstream: UpstreamFormat>(_ upstream: Upstream.Type) throws -> [ModelEvent] {
            var decoder = RecordDecoder(Upstream.StreamReader.framing)
            var reader = Upstream.StreamReader()
            var records: [StreamRecord] = []
            for piece in pieces { records += try decoder.feed(piece) }
            records += decoder.finish()
            return try records.flatMap { record in
                if let fault = record.fault { throw fault }
                return record.data.isEmpty ? [] : try #require(try reader.read(record))
            }
        }
        return try read(wire.upstream)
    }
}

extension String {
    /// With `\n` for every `\r\n`.
    fileprivate var replacingCRLF: String { String(unicodeScalars.filter { $0 != "\r" }.map { Character($0) }) }
}
