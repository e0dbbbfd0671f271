import GatewayTypes
import Testing
import WireFormats

@Suite("Events that are like the one before")
struct ChunkPatternTests {
    /// An event as providers write them; `text` and `id` are the insides of JSON strings.
    private static func event(
        _ text: String, key: String = "content", id: String = "c", index: Int = 0, finish: String = "null",
        more: String = ""
    ) -> String {
        "data: {\"id\":\"\(id)\",\"object\":\"chat.completion.chunk\",\"model\":\"m\",\"choices\":[{\"index\":\(index),"
            + "\"delta\":{\"\(key)\":\"\(text)\"\(more)},\"finish_reason\":\(finish)}],\"pad\":\"\(id)\"}\n\n"
    }

    static let others = [
        ": wait\n\n", "data: {\"choices\n\n", "data: {\"choices\":[]}\n\n", event("a", key: "reasoning_content"),
        event("tool", more: ",\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"{}\"}}]"),
        event("a", index: 1), event("b", index: 1, finish: "\"stop\""), event("a", more: ",\"reasoning\":\"more\""),
        event("a", more: ",\"reasoning\":\"\""), event("a", more: ",\"reasoning_details\":[{\"text\":\"a\"}]"),
        "event: x\n" + event("named"), event("crlf").replacing("\n", with: "\r\n"),
        "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":2}}\n\n",
    ]
    static let texts = [
        "a", "", " token", "é", "\\n", "\\\"", "\\u00e9", "\\ud83d\\ude00", "\\ud83d", "\\x", "a\"b", "a\tb",
        "{\\\"choices\\\":[]}",
    ]

    /// Output and summary of one relay that is fed so.
    private func relayed(_ pieces: [String]) throws -> (String, AnswerSummary) {
        var relay = ChatPassThrough(includeUsage: true)
        var output: [UInt8] = []
        for piece in pieces { output += try relay.feed(Array(piece.utf8)) }
        return (String(decoding: output + (try relay.finish()), as: UTF8.self), relay.summary)
    }

    @Test("A stream's output and summary do not depend on which events came alone", arguments: 0..<300)
    func law(seed: UInt64) throws {
        var random = SplitMix(seed: seed)
        var events = [Self.event("begin")]
        for number in 0..<Int.random(in: 1..<40, using: &random) {
            if Int.random(in: 0..<5, using: &random) == 0 {
                events.append(Self.others.randomElement(using: &random)!)
            } else {
                events.append(Self.event(Self.texts.randomElement(using: &random)!, id: "c\(number / 4)"))
            }
        }
        events += [
            Self.event("", finish: "\"stop\""), Self.event("", index: 1, finish: "\"stop\""), "data: [DONE]\n\n",
        ]
        let whole = try relayed([events.joined()])
        #expect(try relayed(events) == whole)
        var pieces: [String] = []
        for event in events {
            if !pieces.isEmpty, Bool.random(using: &random) {
                pieces[pieces.count - 1] += event
            } else {
                pieces.append(event)
            }
        }
        #expect(try relayed(pieces) == whole)
    }

    @Test("A twin that is not valid is left out and counted", arguments: ["\\x", "a\"b", "a\tb", "\\ud83d"])
    func brokenTwin(text: String) throws {
        let end = Self.event("", finish: "\"stop\"")
        let (output, summary) = try relayed([Self.event("one"), Self.event("two"), Self.event(text), end])
        #expect(output == Self.event("one") + Self.event("two") + end + "data: [DONE]\n\n")
        #expect(summary.brokenEvents == 1 && summary.outputBytes == 6)
    }

    @Test("What a twin says is counted as if it had been parsed")
    func counted() throws {
        var relay = ChatPassThrough(includeUsage: true)
        for (text, sum) in [("one", 3), ("three", 8), ("", 8), ("é", 10), ("\\n", 12)] {
            let event = Array(Self.event(text).utf8)
            #expect(try relay.feed(event) == event)
            #expect(relay.summary.outputBytes == sum)
        }
    }
}

private struct SplitMix: RandomNumberGenerator {
    var seed: UInt64

    mutating func next() -> UInt64 {
        seed &+= 0x9E37_79B9_7F4A_7C15
        var mixed = seed
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
