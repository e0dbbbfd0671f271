internal import GatewayTypes
internal import JSON

/// Reads `GenerateContentResponse` objects: one is a whole answer, several are a stream.
///
/// The provider's own tools (`executableCode`, `codeExecutionResult`, `toolCall`, `toolResponse`) leave their names, and the
/// text and the citations around them.
struct GeminiChunkReader: Sendable {
    private struct Choice: Sendable {
        var callCount = 0
        /// The arguments of the last call, while more of them may come.
        var openArguments: GeminiPartialArguments?
        var finish: FinishReason?
        /// The text so far: what is said of its sources counts its bytes.
        var text: [UInt8] = []
    }

    private var choices: [Int: Choice] = [:]
    private var hasStarted = false
    private var answerName: String?

    /// A candidate has come, or the word that the prompt was blocked.
    private(set) var hasCandidates = false

    mutating func read(_ chunk: JSONValue) throws(UpstreamFailure) -> [ModelEvent] {
        if let failure = GeminiFailure.inAnswer(chunk) { throw failure }
        let found = GeminiChunk(chunk)
        var events: [ModelEvent] = []
        if !hasStarted {
            hasStarted = true
            events.append(.start(id: found.responseID?.string, model: found.modelVersion?.string, created: nil))
        }
        if answerName == nil {
            answerName = found.responseID?.string ?? GeneratedCallID.hash(chunk.source[chunk.range])
        }
        if let candidates = found.candidates, candidates.count > 0 {
            hasCandidates = true
            for (position, candidate) in candidates.elements.enumerated() {
                readCandidate(candidate, choice: candidate["index"]?.int ?? position, into: &events)
            }
        } else if found.promptFeedback?["blockReason"] != nil {
            hasCandidates = true
            events.append(.finish(choice: 0, .contentFilter))
        }
        if let usage = found.usage.flatMap(GeminiUsage.common) { events.append(.usage(usage)) }
        return events
    }

    private mutating func readCandidate(_ candidate: JSONValue, choice: Int, into events: inout [ModelEvent]) {
        if let parts = candidate["content"]?["parts"] {
            for part in parts.elements { readPart(part, choice: choice, into: &events) }
        }
        if let citations = GeminiCitations.read(candidate, in: choices[choice]?.text ?? []) {
            events.append(.citations(choice: choice, citations))
        }
        if let result = candidate["logprobsResult"], let logprobs = GeminiLogprobs.read(result) {
            events.append(.logprobs(choice: choice, logprobs))
        }
        guard let reason = candidate["finishReason"]?.string, !reason.isEmpty else { return }
        endCall(choice: choice, into: &events)
        let state = choices[choice] ?? Choice()
        let finish = GeminiFinish.read(reason, hasCalls: state.callCount > 0)
        // Old models repeat the reason in every chunk.
        guard finish != state.finish else { return }
        choices[choice, default: Choice()].finish = finish
        events.append(.finish(choice: choice, finish))
    }

    private mutating func readPart(_ part: JSONValue, choice: Int, into events: inout [ModelEvent]) {
        let part = GeminiChunkPart(part)
        let signature = part.signature?.string
        if let call = part.call {
            readCall(call, signature: signature, choice: choice, into: &events)
            return
        }
        let isThought = part.thought?.bool == true
        let text = part.text?.string ?? ""
        if isThought, !text.isEmpty { events.append(.thinking(choice: choice, text)) }
        if let signature, part.text != nil { events.append(.thinkingSignature(choice: choice, signature)) }
        if !isThought, !text.isEmpty {
            choices[choice, default: Choice()].text += text.utf8
            events.append(.text(choice: choice, text))
        }
        for type in part.ownBlocks { events.append(.leftOut(type)) }
        if let media = part.media { events += Self.media(media, choice: choice) }
    }

    private mutating func readCall(
        _ call: JSONValue, signature: String?, choice: Int, into events: inout [ModelEvent]
    ) {
        let isOpen = call["willContinue"]?.bool == true
        let pieces = call["partialArgs"]
        if let name = call["name"]?.string, !name.isEmpty {
            endCall(choice: choice, into: &events)
            let index = choices[choice]?.callCount ?? 0
            choices[choice, default: Choice()].callCount = index + 1
            let own = call["id"]?.string.flatMap { $0.isEmpty ? nil : $0 }
            let id = own ?? GeneratedCallID.make(answer: answerName ?? "", choice: choice, index: index)
            events.append(.toolCall(choice: choice, index: index, id: id, name: name, signature: signature))
            guard isOpen || pieces != nil else {
                let arguments = call["args"].flatMap { $0.kind == .object ? $0.compactText : nil }
                events.append(.toolArguments(choice: choice, index: index, arguments ?? "{}"))
                return
            }
            choices[choice, default: Choice()].openArguments = GeminiPartialArguments()
        }
        // A piece without a name belongs to the call that is open; without one it is nobody's.
        if let pieces { choices[choice]?.openArguments?.read(pieces) }
        if !isOpen { endCall(choice: choice, into: &events) }
    }

    /// Tells the arguments of the open call, which are whole now.
    private mutating func endCall(choice: Int, into events: inout [ModelEvent]) {
        guard let state = choices[choice], let arguments = state.openArguments else { return }
        choices[choice]?.openArguments = nil
        events.append(.toolArguments(choice: choice, index: state.callCount - 1, arguments.text))
    }

    /// What the model drew or said: an image as every chat client can show it, sound in OpenAI's shape.
    private static func media(_ media: JSONValue, choice: Int) -> [ModelEvent] {
        guard let type = media["mimeType"]?.string, let data = media["data"] else { return [] }
        if type.hasPrefix("audio/") {
            return [.audio(choice: choice, RawJSON(JSONWriter.bytes { $0.object { $0.member("data", data) } }))]
        }
        guard type.hasPrefix("image/"), let data = data.string else { return [.leftOut("inlineData")] }
        return [.text(choice: choice, "![image](data:\(type);base64,\(data))")]
    }
}
