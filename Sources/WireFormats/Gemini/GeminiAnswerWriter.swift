public import GatewayTypes
internal import JSON

/// Writes a `GenerateContentResponse`, whole or as chunks that are one each.
///
/// The finish reasons and the final usage come in the last chunk: some providers count after they have finished.
public struct GeminiAnswerWriter: ClientAnswerWriter {
    private let framing: GeminiFraming
    private let showsThoughts: Bool
    private var id: String
    private var model: String
    private var hasStarted = false
    private var hasWritten = false
    private var candidates: [GeminiCandidate] = []
    private var usage: Usage?

    public init(_ request: ClientRequest, from target: UpstreamTarget) {
        framing = GeminiFraming(query: request.received.query)
        let thinking = request.json.field("generationConfig")?.field("thinkingConfig")
        showsThoughts = thinking?.field("includeThoughts")?.bool != false
        id = target.answerID
        model = target.model.name
    }

    public mutating func stream(_ events: [ModelEvent]) -> [UInt8] {
        for event in events { add(event) }
        guard candidates.contains(where: \.hasContent) else { return [] }
        let chunk = response(isLast: false)
        for place in candidates.indices { candidates[place].clear() }
        return framed(chunk)
    }

    public mutating func end() -> [UInt8] {
        framed(response(isLast: true)) + framing.end
    }

    public mutating func whole(_ events: [ModelEvent]) -> [UInt8] {
        for event in events { add(event) }
        return response(isLast: true)
    }

    public mutating func streamError(_ error: GatewayError, requestID: String) -> [UInt8]? {
        framed(Gemini.errorBody(error, requestID: requestID))
    }

    private mutating func framed(_ chunk: [UInt8]) -> [UInt8] {
        defer { hasWritten = true }
        return framing.framed(chunk, isFirst: !hasWritten)
    }

    private mutating func add(_ event: ModelEvent) {
        switch event {
        case .start(let id, let model, _):
            guard !hasStarted else { return }
            hasStarted = true
            if let id, !id.isEmpty { self.id = id }
            if let model, !model.isEmpty { self.model = model }
        case .usage(let usage): self.usage = usage
        default:
            guard let choice = event.choice else { return }
            let place = candidates.firstIndex { $0.index >= choice } ?? candidates.count
            if place == candidates.count || candidates[place].index != choice {
                candidates.insert(GeminiCandidate(index: choice, showsThoughts: showsThoughts), at: place)
            }
            candidates[place].add(event)
        }
    }

    private func response(isLast: Bool) -> [UInt8] {
        var writer = JSONWriter(capacity: 512)
        writer.object { writer in
            writer.key("candidates")
            writer.array {
                for candidate in candidates where isLast || candidate.hasContent {
                    candidate.write(isLast: isLast, to: &$0)
                }
            }
            if let usage {
                writer.key("usageMetadata")
                GeminiUsage.write(usage, to: &writer)
            }
            writer.member("modelVersion", model)
            writer.member("responseId", id)
        }
        return writer.bytes
    }
}
