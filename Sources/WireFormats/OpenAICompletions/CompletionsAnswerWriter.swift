public import GatewayTypes
internal import JSON

/// Writes a text completion, whole or as chunks. Only text can be told.
public struct CompletionsAnswerWriter: ClientAnswerWriter {
    private struct Choice: Sendable {
        var text = ""
        var logprobs: CompletionsLogprobs
        var finish: FinishReason?
        var hasRefused = false
    }

    private let includeUsage: Bool
    /// What each choice begins with, where the caller wants to read its own text again.
    private let echo: String
    private var id: String
    private var model: String
    private var created: Int
    private var hasStarted = false
    private var choices: [Int: Choice] = [:]
    private var usage: Usage?

    public init(_ request: ClientRequest, from target: UpstreamTarget) {
        self.init(request, from: target, echoes: true)
    }

    /// - Parameter echoes: whether the caller's text is still to be put before what was said, if the caller wants that.
    init(_ request: ClientRequest, from target: UpstreamTarget, echoes: Bool) {
        includeUsage = request.includeUsage
        let wantsEcho = echoes && request.json["echo"]?.bool == true
        echo = wantsEcho ? (try? CompletionsReader.prompt(request.json)) ?? "" : ""
        id = "cmpl-\(target.answerID)"
        model = target.model.name
        created = target.created
    }

    public mutating func stream(_ events: [ModelEvent]) -> [UInt8] {
        var output: [UInt8] = []
        var touched: [Int] = []
        for event in events {
            guard let choice = take(event) else { continue }
            if !touched.contains(choice) { touched.append(choice) }
        }
        for index in touched { writePieces(of: index, to: &output) }
        return output
    }

    public mutating func end() -> [UInt8] {
        var output: [UInt8] = []
        if includeUsage, let usage { chunk(to: &output, usage: usage) { _ in } }
        output += "data: [DONE]\n\n".utf8
        return output
    }

    public mutating func whole(_ events: [ModelEvent]) -> [UInt8] {
        for event in events { _ = take(event) }
        var writer = JSONWriter(capacity: 1024)
        writer.object { writer in
            writeHead(to: &writer)
            writer.key("choices")
            writer.array { writer in
                for (index, choice) in choices.sorted(by: { $0.key < $1.key }) {
                    Self.write(index, choice.text, choice.logprobs, choice.finish ?? .stop, to: &writer)
                }
            }
            if let usage {
                writer.key("usage")
                ChatUsage.write(usage, to: &writer)
            }
        }
        return writer.bytes
    }

    public static func leftOut(of event: ModelEvent) -> String? {
        switch event {
        case .thinking, .thinkingSignature, .redactedThinking: "thinking"
        case .toolCall, .toolArguments: "tool_calls"
        case .citations: "citations"
        case .audio: "audio"
        case .start, .text, .refusal, .logprobs, .finish, .leftOut, .usage: nil
        }
    }

    /// - Returns: the choice that has something new to tell.
    private mutating func take(_ event: ModelEvent) -> Int? {
        switch event {
        case .start(let id, let model, let created):
            guard !hasStarted else { return nil }
            hasStarted = true
            if let id, !id.isEmpty { self.id = id }
            if let model, !model.isEmpty { self.model = model }
            if let created, created > 0 { self.created = created }
        case .usage(let usage): self.usage = usage
        case .text(let choice, let text):
            begin(choice)
            choices[choice]?.text += text
            return choice
        case .refusal(let choice, let text):
            begin(choice)
            choices[choice]?.text += text
            choices[choice]?.hasRefused = true
            return choice
        case .logprobs(let choice, let logprobs):
            begin(choice)
            choices[choice]?.logprobs.add(logprobs)
            return choice
        case .finish(let choice, let reason):
            begin(choice)
            let hasRefused = choices[choice]?.hasRefused == true
            choices[choice]?.finish = reason == .stop && hasRefused ? .refusal : reason
            return choice
        case .thinking, .thinkingSignature, .redactedThinking, .toolCall, .toolArguments, .citations, .audio, .leftOut:
            break
        }
        return nil
    }

    private mutating func begin(_ choice: Int) {
        guard choices[choice] == nil else { return }
        choices[choice] = Choice(text: echo, logprobs: CompletionsLogprobs(offset: echo.count))
    }

    /// Tells what a choice has that was not told yet.
    private mutating func writePieces(of index: Int, to output: inout [UInt8]) {
        guard var choice = choices[index] else { return }
        let text = choice.text
        let logprobs = choice.logprobs.taken()
        choice.text = ""
        let finish = choice.finish
        choice.finish = nil
        choices[index] = choice
        if !text.isEmpty || !logprobs.isEmpty {
            chunk(to: &output) { Self.write(index, text, logprobs, nil, to: &$0) }
        }
        if let finish {
            chunk(to: &output) { Self.write(index, "", CompletionsLogprobs(offset: 0), finish, to: &$0) }
        }
    }

    private static func write(
        _ index: Int, _ text: String, _ logprobs: CompletionsLogprobs, _ finish: FinishReason?,
        to writer: inout JSONWriter
    ) {
        writer.object {
            $0.member("text", text)
            $0.member("index", index)
            $0.key("logprobs")
            logprobs.write(to: &$0)
            $0.member("finish_reason", orNull: finish.map(Self.word))
            if let native = finish.flatMap(ChatFinishReason.nativeWord) { $0.member("native_finish_reason", native) }
        }
    }

    /// A text has no calls; where the model wanted one, its text ends there.
    private static func word(for reason: FinishReason) -> String {
        reason == .toolCalls ? "stop" : ChatFinishReason.word(for: reason)
    }

    private func writeHead(to writer: inout JSONWriter) {
        writer.member("id", id)
        writer.member("object", "text_completion")
        writer.member("created", created)
        writer.member("model", model)
    }

    private func chunk(to output: inout [UInt8], usage: Usage? = nil, choices: (inout JSONWriter) -> Void) {
        output += "data: ".utf8
        let start = output.count
        output += JSONWriter.bytes { writer in
            writer.object { writer in
                writeHead(to: &writer)
                writer.key("choices")
                writer.array(choices)
                guard includeUsage else { return }
                writer.key("usage")
                if let usage { ChatUsage.write(usage, to: &writer) } else { writer.null() }
            }
        }
        output.joinLines(from: start)
        output += "\n\n".utf8
    }
}
