internal import GatewayTypes
internal import JSON

/// Reads from chunks that pass through what the summary of an answer holds, and makes no text of the rest.
struct GeminiScan: Sendable {
    private(set) var choices = OpenChoices()
    private var callers: UInt64 = 0

    /// - Returns: whether the chunk has candidates, or says that the prompt was blocked.
    @discardableResult
    mutating func read(_ chunk: JSONValue, into summary: inout AnswerSummary) -> Bool {
        if summary.model == nil, let model = chunk["modelVersion"]?.string, !model.isEmpty { summary.model = model }
        if let usage = chunk["usageMetadata"].flatMap(GeminiUsage.common) { summary.usage = usage }
        guard let candidates = chunk["candidates"], candidates.kind == .array, candidates.count > 0 else {
            guard chunk["promptFeedback"]?["blockReason"] != nil else { return false }
            end(0, .contentFilter, &summary)
            return true
        }
        for (position, candidate) in candidates.elements.enumerated() {
            read(candidate, choice: candidate["index"]?.int ?? position, &summary)
        }
        return true
    }

    private mutating func read(_ candidate: JSONValue, choice: Int, _ summary: inout AnswerSummary) {
        choices.begin(choice)
        if let parts = candidate["content"]?["parts"] {
            for part in parts.elements { read(part: part, choice: choice, &summary) }
        }
        guard let reason = candidate["finishReason"]?.string, !reason.isEmpty else { return }
        let hasCalls = choice >= 0 && choice < 64 && callers & 1 << UInt64(choice) != 0
        end(choice, GeminiFinish.read(reason, hasCalls: hasCalls), &summary)
    }

    /// Bytes of text, thoughts and arguments; escapes count as they stand.
    private mutating func read(part: JSONValue, choice: Int, _ summary: inout AnswerSummary) {
        var bytes = 0
        if let text = part["text"], text.kind == .string { bytes = text.range.count - 2 }
        if let call = part["functionCall"] {
            if choice >= 0, choice < 64 { callers |= 1 << UInt64(choice) }
            bytes += call.range.count
        }
        if bytes == 0, part["inlineData"] != nil || part["executableCode"] != nil { bytes = 1 }
        guard bytes > 0 else { return }
        summary.hasFirstToken = true
        summary.outputBytes += bytes
    }

    private mutating func end(_ choice: Int, _ reason: FinishReason, _ summary: inout AnswerSummary) {
        choices.end(choice)
        summary.hasFirstToken = true
        summary.finish = reason
    }
}
