internal import GatewayTypes
internal import JSON

/// The tools of a request and which of them must be called.
struct AnthropicTools {
    private(set) var tools: [Tool]
    private(set) var choice: ToolChoice?
    private var forbidsParallel = false
    private(set) var dropped: Set<ConversationField> = []

    /// The API refuses thinking together with a tool that must be called.
    var isForced: Bool {
        switch choice {
        case .required, .named: true
        case .auto, nil, ToolChoice.none?: false
        }
    }

    init(_ conversation: Conversation, turns: [AnthropicTurns.Turn]) throws(GatewayError) {
        tools = conversation.tools
        if tools.contains(where: { $0.strict == true }) { dropped.insert(.toolStrict) }
        forbidsParallel = conversation.parallelToolCalls == false
        if tools.isEmpty {
            // A history with calls in it is refused without tools: name those of the history, and let none be called.
            tools = Self.toolsCalled(in: turns)
            choice = tools.isEmpty ? nil : ToolChoice.none
        } else {
            choice = conversation.toolChoice ?? (forbidsParallel ? .auto : nil)
        }
        if let answer = Self.answerTool(conversation.responseFormat) { try add(answer) }
    }

    private mutating func add(_ answer: Tool) throws(GatewayError) {
        if tools.contains(where: { $0.name == answer.name }) {
            throw .malformedRequest(
                message: "The tool name '\(answer.name)' is reserved for structured output.", parameter: "tools")
        }
        let isAlone = tools.isEmpty || choice == ToolChoice.none
        tools.append(answer)
        if isAlone {
            choice = .named(answer.name)
            forbidsParallel = true
        } else if choice == nil || choice == .auto {
            choice = .required
        }
    }

    private static func answerTool(_ format: ResponseFormat?) -> Tool? {
        let name = AnthropicMessagesUpstream.answerTool
        switch format {
        case nil, .text: return nil
        case .jsonObject:
            return Tool(
                name: name, description: "Gives the final answer, a JSON object.",
                parameters: RawJSON(#"{"type":"object","additionalProperties":true}"#))
        case .jsonSchema(_, let schema, _, let description):
            let about = description.map { " \($0)" } ?? ""
            return Tool(name: name, description: "Gives the final answer.\(about)", parameters: schema)
        }
    }

    private static func toolsCalled(in turns: [AnthropicTurns.Turn]) -> [Tool] {
        var names: [String] = []
        for turn in turns {
            for case .toolCall(let call) in turn.parts where !names.contains(call.name) { names.append(call.name) }
        }
        return names.map { Tool(name: $0) }
    }

    func write(to writer: inout JSONWriter) {
        guard !tools.isEmpty else { return }
        writer.key("tools")
        writer.beginArray()
        for tool in tools {
            writer.beginObject()
            writer.member("name", tool.name)
            if let description = tool.description { writer.member("description", description) }
            writer.member("input_schema", raw: (tool.parameters ?? .emptyObjectSchema).objectSchema)
            writer.cacheControl(tool.cacheMark)
            writer.endObject()
        }
        writer.endArray()
        writeChoice(to: &writer)
    }

    private func writeChoice(to writer: inout JSONWriter) {
        guard let choice else { return }
        writer.key("tool_choice")
        writer.beginObject()
        switch choice {
        case .auto: writer.member("type", "auto")
        case .none: writer.member("type", "none")
        case .required: writer.member("type", "any")
        case .named(let name):
            writer.member("type", "tool")
            writer.member("name", name)
        }
        if forbidsParallel, choice != .none { writer.member("disable_parallel_tool_use", true) }
        writer.endObject()
    }
}
