import GatewayTypes
import JSON

@testable import WireFormats

extension UpstreamReading {
    /// What an answer comes to in the words that a dialect has: the same for the events of an upstream and for those that
    /// are read back from what the dialect's caller got.
    init(_ events: [ModelEvent], in dialect: Dialect) {
        let hasManyChoices = dialect == .openAIChat || dialect == .gemini
        let told = events.filter { hasManyChoices || $0.choice ?? 0 == 0 }
        let calling = Set(told.compactMap { if case .toolCall(let choice, _, _, _, _) = $0 { choice } else { nil } })
        let refusing = Set(told.compactMap { if case .refusal(let choice, _) = $0 { choice } else { nil } })
        self.init(
            told.compactMap { event in
                switch event {
                case .refusal(let choice, let text): return .text(choice: choice, text)
                case .leftOut: return nil
                case .finish(let choice, let reason):
                    let hasRefused = !dialect.marksRefusals && refusing.contains(choice) && reason == .stop
                    let hasCalls = calling.contains(choice)
                    let word = Self.word(hasRefused && !hasCalls ? .refusal : reason, in: dialect, hasCalls: hasCalls)
                    return .finish(choice: choice, word)
                case .audio(let choice, let audio) where dialect == .gemini:
                    return .text(choice: choice, (try? JSONValue.parse(audio.bytes))?["transcript"]?.string ?? "")
                default: return event
                }
            })
        texts = texts.filter { !$0.value.isEmpty }
        // Blocks of thinking are set apart by blank lines there.
        if dialect == .openAIResponses { thinking.removeAll { $0 == "\n" } }
        takeSeals(in: dialect)
        for index in calls.indices { calls[index] = Self.told(calls[index], in: dialect) }
        usage = usage.map { Self.told($0, in: dialect) }
    }

    /// How an answer ended, in the dialect's word. Nothing but success is ever a success.
    private static func word(_ reason: FinishReason, in dialect: Dialect, hasCalls: Bool) -> FinishReason {
        switch (reason, dialect) {
        case (.stop, _), (.toolCalls, _): hasCalls ? .toolCalls : .stop
        case (.contentFilter, .anthropicMessages): .refusal
        case (.refusal, .gemini), (.refusal, .openAIResponses): .contentFilter
        case (.pause, .gemini), (.pause, .openAIResponses), (.pause, .ollamaChat): .length
        case (.error, .gemini), (.other, .gemini): .other("OTHER")
        case (.error(let word), .anthropicMessages), (.error(let word), .ollamaChat): .other(word)
        default: reason
        }
    }

    /// What providers sealed, wherever the dialect has put it, as the provider said it.
    private mutating func takeSeals(in dialect: Dialect) {
        var seals = signatures + redacted + calls.compactMap(\.signature)
        if dialect == .ollamaChat { seals = [] }  // it has no place for any
        signatures = seals.map { Self.unwrapped($0, in: dialect) }.sorted()
        redacted = []
    }

    private static func unwrapped(_ seal: String, in dialect: Dialect) -> String {
        if dialect == .gemini {
            // Its own are told in the standard alphabet of base64.
            switch GeminiThoughtSignature(seal) {
            case .own(let text), .thinking(let text), .redacted(let text), .call(let text),
                .hiddenThinking(_, let text):
                return Base64.standard(text)
            }
        }
        guard dialect == .openAIResponses else { return seal }
        switch ReasoningToken(seal) {
        case .signature(let text), .redacted(let text), .call(let text): return text
        }
    }

    private static func told(_ call: Call, in dialect: Dialect) -> Call {
        var call = call
        call.signature = nil
        let isObject = (try? JSONValue.parse(Array(call.arguments.utf8)))?.kind == .object
        let keepsText = dialect == .openAIChat || dialect == .openAIResponses
        if call.arguments.isEmpty || (!isObject && !keepsText) { call.arguments = "{}" }
        if dialect == .anthropicMessages { call.id = call.id.map(AnthropicToolID.original) }
        return call
    }

    /// A detail of zero says no more than none; what is more than its whole is not told.
    private static func told(_ usage: Usage, in dialect: Dialect) -> Usage {
        var told = usage.clamped()
        func some(_ count: Int?, of whole: Int) -> Int? { count.flatMap { $0 > 0 && $0 <= whole ? $0 : nil } }
        let isPlain = dialect == .ollamaChat
        let hasWrites = dialect == .openAIChat || dialect == .anthropicMessages
        let hasAudio = dialect == .openAIChat || dialect == .gemini
        told.cachedTokens = isPlain ? nil : some(told.cachedTokens, of: told.promptTokens)
        told.reasoningTokens = isPlain ? nil : some(told.reasoningTokens, of: told.completionTokens)
        told.cacheWriteTokens = hasWrites ? some(told.cacheWriteTokens, of: told.promptTokens) : nil
        told.promptAudioTokens = hasAudio ? some(told.promptAudioTokens, of: told.promptTokens) : nil
        told.completionAudioTokens = hasAudio ? some(told.completionAudioTokens, of: told.completionTokens) : nil
        return told
    }
}

extension Dialect {
    /// Whether a refusal is told apart from a text, so that an answer of it may end as any other.
    fileprivate var marksRefusals: Bool { self == .openAIChat || self == .openAIResponses }
}
