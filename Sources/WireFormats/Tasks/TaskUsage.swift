internal import GatewayTypes
internal import JSON

/// What an answer to something else than a conversation says was used.
enum TaskUsage {
    /// The `usage` object of OpenAI's shape (`prompt_tokens` or `input_tokens`), or Jina's and Voyage's, which counts a total.
    static func read(_ answer: JSONValue) -> Usage? {
        guard let usage = answer.present("usage") else { return nil }
        if let read = ChatUsage.read(usage) { return read }
        return usage["total_tokens"]?.tokenCount.map { Usage(promptTokens: $0).clamped() }
    }

    /// What a transcript is billed by: the length of the recording, where it is told.
    static func measure(ofTranscript answer: JSONValue) -> AnswerMeasure {
        let seconds = answer["usage"]?["seconds"]?.double ?? answer["duration"]?.double
        return seconds.map { .seconds($0) } ?? .untold
    }

    /// What a stream is billed by after its event of `type`.
    static func measure(_ event: JSONValue, type: String, after measure: AnswerMeasure) -> AnswerMeasure {
        if type.hasPrefix("transcript.") { return self.measure(ofTranscript: event) }
        guard type.hasPrefix("image_") else { return .untold }
        guard case .images(let count) = measure else { return .images(1) }
        return .images(count + 1)
    }
}
