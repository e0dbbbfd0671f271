public import GatewayTypes
internal import JSON

/// Writes an answer as a `response`, whole or as its events. A thinking block, a run of text and a call are an item each, in
/// the order they begin; calls stay open until the answer ends, as their arguments may come interleaved.
public struct ResponsesAnswerWriter: ClientAnswerWriter {
    var envelope: ResponsesEnvelope
    private let customTools: ResponsesCustomTools
    let idBase: String
    var isStream = true
    private var hasStarted = false
    var sequence = 0
    var output: [UInt8] = []
    var items: [ResponsesItem] = []
    /// The reasoning or message that goes on.
    var current: Int?
    var calls: [Int: Int] = [:]
    private var finish: FinishReason?
    var usage: Usage?

    public init(_ request: ClientRequest, from target: UpstreamTarget) {
        idBase = target.answerID
        customTools = ResponsesCustomTools(request.json)
        envelope = ResponsesEnvelope(
            request.json, id: "resp_\(target.answerID)", model: target.model.name, created: target.created)
    }

    public mutating func stream(_ events: [ModelEvent]) -> [UInt8] {
        for (place, event) in events.enumerated() {
            // The probabilities of a text come right after it, and are told in the same event.
            if case .logprobs = event, place > 0, case .text = events[place - 1] { continue }
            var logprobs: [RawJSON] = []
            if case .text = event, place + 1 < events.count, case .logprobs(0, let list) = events[place + 1] {
                logprobs = Self.elements(list)
            }
            take(event, logprobs)
        }
        return written()
    }

    public mutating func end() -> [UInt8] {
        start()
        let state = ResponsesState(finish)
        closeAll(as: state)
        emit("response.\(state.word)", about: state)
        return written()
    }

    public mutating func whole(_ events: [ModelEvent]) -> [UInt8] {
        isStream = false
        _ = stream(events)
        start()
        let state = ResponsesState(finish)
        closeAll(as: state)
        var writer = JSONWriter(capacity: 2048)
        envelope.write(state, items, usage, to: &writer)
        return writer.bytes
    }

    public mutating func streamError(_ error: GatewayError, requestID: String) -> [UInt8]? {
        output += ResponsesEvent.error(error, sequence: sequence)
        sequence += 1
        if hasStarted {
            let state = ResponsesState.failed(code: error.code ?? "server_error", message: error.message)
            for position in items.indices where items[position].isOpen { items[position].status = state.itemWord }
            emit("response.failed", about: state)
        }
        return written()
    }

    public static func leftOut(of event: ModelEvent) -> String? {
        switch event {
        case .audio: "audio"
        case .text(let choice, _), .toolCall(let choice, _, _, _, _): choice == 0 ? nil : "choices"
        case .citations(_, let list): ResponsesAnnotations.leavesOut(list) ? "citations" : nil
        case .start, .refusal, .thinking, .thinkingSignature, .redactedThinking, .toolArguments, .logprobs, .finish,
            .leftOut, .usage:
            nil
        }
    }

    /// Goes on with an answer whose first events others have written.
    /// - Parameters:
    ///   - start: as they named it; `nil` where they did not come so far.
    ///   - sequence: the number of the next event.
    mutating func goOn(with start: ModelEvent?, from sequence: Int) {
        self.sequence = max(self.sequence, sequence)
        guard case .start(let id, let model, let created)? = start, !hasStarted else { return }
        hasStarted = true
        if let id { envelope.id = id }
        if let model { envelope.model = model }
        if let created { envelope.created = created }
    }

    private mutating func written() -> [UInt8] {
        var taken: [UInt8] = []
        swap(&taken, &output)
        return taken
    }

    // MARK: - Events of the model

    private mutating func take(_ event: ModelEvent, _ logprobs: [RawJSON]) {
        switch event {
        case .start(let id, let model, let created): return start(id: id, model: model, created: created)
        case .usage(let usage):
            self.usage = usage
            return
        default: guard event.choice == 0 else { return }
        }
        start()
        switch event {
        case .text(_, let text): add(text, isRefusal: false, logprobs)
        case .refusal(_, let text): add(text, isRefusal: true, [])
        case .thinking(_, let text): think(text)
        case .thinkingSignature(_, let signature): sign(signature)
        case .redactedThinking(_, let data): addToken(.redacted(data))
        case .toolCall(_, let index, let id, let name, let signature):
            beginCall(index, id: id, name: name, signature: signature)
        case .toolArguments(_, let index, let text): addArguments(text, index)
        case .citations(_, let list): cite(list)
        case .logprobs(_, let list): addLogprobs(Self.elements(list))
        case .finish(_, let reason): finish = reason  // some providers say more after it
        case .audio, .leftOut, .start, .usage: break
        }
    }

    /// The first start names the answer; a continuation keeps that name.
    private mutating func start(id: String? = nil, model: String? = nil, created: Int? = nil) {
        guard !hasStarted else { return }
        hasStarted = true
        if let id, !id.isEmpty { envelope.id = id.hasPrefix("resp_") ? id : "resp_\(id)" }
        if let model, !model.isEmpty { envelope.model = model }
        if let created, created > 0 { envelope.created = created }
        emit("response.created", about: .inProgress)
        emit("response.in_progress", about: .inProgress)
    }

    private mutating func add(_ text: String, isRefusal: Bool, _ logprobs: [RawJSON]) {
        guard !text.isEmpty || !logprobs.isEmpty else { return }
        let place = openPart(isRefusal: isRefusal)
        items[place.item].parts[place.part].text += text
        items[place.item].parts[place.part].logprobs += logprobs
        emit(isRefusal ? "response.refusal.delta" : "response.output_text.delta", at: place) { writer in
            writer.member("delta", text)
            if !isRefusal { writer.member("logprobs", array: { for one in logprobs { $0.raw(one.bytes) } }) }
        }
    }

    private mutating func think(_ text: String) {
        guard !text.isEmpty else { return }
        let item = openItem(.reasoning)
        if items[item].text.isEmpty { beginSummary(item) }
        items[item].text += text
        emitSummary("text.delta", item) { $0.member("delta", text) }
    }

    private mutating func sign(_ signature: String) {
        guard let item = current, items[item].kind == .reasoning else { return addToken(.signature(signature)) }
        items[item].encrypted = ReasoningToken.signature(signature).text
        closeCurrent()
    }

    /// A reasoning item of its own for what has no text.
    private mutating func addToken(_ token: ReasoningToken) {
        closeCurrent()
        let item = openItem(.reasoning, encrypted: token.text)
        close(item, as: "completed")
        current = nil
    }

    private mutating func beginCall(_ index: Int, id: String, name: String, signature: String?) {
        if let signature { addToken(.call(signature)) }
        closeCurrent()
        calls[index] = openItem(customTools.contains(name) ? .customCall : .call, callID: id, name: name)
        current = nil
    }

    private mutating func addArguments(_ text: String, _ index: Int) {
        guard let item = calls[index], !text.isEmpty else { return }
        items[item].text += text
        guard items[item].kind == .call else { return }
        emit("response.function_call_arguments.delta", of: item) { $0.member("delta", text) }
    }

    /// Some providers tell where a text comes from before they tell the text.
    private mutating func cite(_ list: RawJSON) {
        let cited = citedText
        let length = cited.map { items[$0.item].parts[$0.part].text.unicodeScalars.count } ?? 0
        let annotations = ResponsesAnnotations.annotations(
            list, at: length, after: cited.map(characters(before:)) ?? 0)
        guard !annotations.isEmpty else { return }
        let (item, part) = if let cited { cited } else { openPart(isRefusal: false) }
        for annotation in annotations {
            let index = items[item].parts[part].annotations.count
            items[item].parts[part].annotations.append(annotation)
            emit("response.output_text.annotation.added", at: (item, part)) {
                $0.member("annotation_index", index)
                $0.member("annotation", raw: annotation.bytes)
            }
        }
    }

    /// How much of the answer's text stands before a part.
    private func characters(before place: (item: Int, part: Int)) -> Int {
        let earlier = items[..<place.item].flatMap(\.parts) + items[place.item].parts[..<place.part]
        return earlier.reduce(0) { $1.isRefusal ? $0 : $0 + $1.text.unicodeScalars.count }
    }

    /// The last text, which citations are about.
    private var citedText: (item: Int, part: Int)? {
        guard let item = items.lastIndex(where: { $0.kind == .message }) else { return nil }
        return items[item].parts.lastIndex { !$0.isRefusal }.map { (item, $0) }
    }

    private mutating func addLogprobs(_ list: [RawJSON]) {
        guard let item = items.lastIndex(where: { $0.kind == .message }),
            let part = items[item].parts.lastIndex(where: { !$0.isRefusal })
        else { return }
        items[item].parts[part].logprobs += list
    }

    private static func elements(_ list: RawJSON) -> [RawJSON] {
        guard let logprobs = try? JSONValue.parse(list.bytes) else { return [] }
        return logprobs["content"]?.elements.map { RawJSON($0.raw) } ?? []
    }
}
