import GatewayTypes

@testable import WireFormats

/// Answers at random that a format has words for, as the events of a stream.
struct AnswerGenerator {
    private var chance: Chance
    private let words: AnswerWords

    init(seed: UInt64, _ words: AnswerWords) {
        chance = Chance(seed: seed)
        self.words = words
    }

    mutating func answer() -> [ModelEvent] {
        var events: [ModelEvent] = [.start(id: "id-\(chance.number(1...9))", model: "model-x", created: 1_700_000_000)]
        let choices = chance.once(in: 3) ? words.choices : 1
        for choice in 0..<choices { events += said(choice) }
        events.append(.usage(usage()))
        return events
    }

    private mutating func said(_ choice: Int) -> [ModelEvent] {
        var events: [ModelEvent] = []
        if chance.once(in: 2) { events += thought(choice) }
        if chance.once(in: 4) { events += thought(choice) }
        for piece in chance.once(in: 4) ? [] : chance.pieces(of: chance.text()) {
            events.append(.text(choice: choice, piece))
        }
        let calls = chance.number(0...2)
        for index in 0..<calls { events += call(choice, index) }
        if events.isEmpty { events.append(.text(choice: choice, "x")) }
        events.append(.finish(choice: choice, calls > 0 ? .toolCalls : chance.one(of: words.finishes)))
        return events
    }

    private mutating func thought(_ choice: Int) -> [ModelEvent] {
        let kind = chance.one(of: words.thoughts)
        if kind == .redacted { return [.redactedThinking(choice: choice, "cmVk+\(chance.number(100...999))")] }
        let said = chance.pieces(of: chance.text()).map { ModelEvent.thinking(choice: choice, $0) }
        return kind == .plain ? said : said + [.thinkingSignature(choice: choice, "c2ln/\(chance.number(100...999))")]
    }

    private mutating func call(_ choice: Int, _ index: Int) -> [ModelEvent] {
        let signature = words.signsCalls && chance.once(in: 3) ? "Y2FsbA==" : nil
        let id = chance.one(of: ["call_\(choice)_\(index)", "toolu-\(choice)\(index)"])
        let begin = ModelEvent.toolCall(choice: choice, index: index, id: id, name: "tool_x", signature: signature)
        return [begin] + chance.pieces(of: chance.object()).map { .toolArguments(choice: choice, index: index, $0) }
    }

    private mutating func usage() -> Usage {
        var usage = Usage(promptTokens: chance.number(10...5_000), completionTokens: chance.number(10...5_000))
        if words.hasCachedTokens, chance.once(in: 2) { usage.cachedTokens = chance.number(1...5) }
        if words.hasCacheWrites, chance.once(in: 3) { usage.cacheWriteTokens = chance.number(1...5) }
        if words.hasReasoningTokens, chance.once(in: 2) { usage.reasoningTokens = chance.number(1...10) }
        return usage
    }
}
