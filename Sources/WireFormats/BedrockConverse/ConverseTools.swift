internal import GatewayTypes
internal import JSON

/// The tools of a request, which of them must be called, and the answer's form.
struct ConverseTools {
    private var tools: [Tool]
    private var choice: ToolChoice?
    /// A schema that the model itself keeps to.
    private var schema: (name: String, schema: RawJSON, description: String?)?
    private(set) var dropped: Set<ConversationField> = []

    /// Anthropic's models refuse thinking together with a tool that must be called.
    var isForced: Bool {
        switch choice {
        case .required, .named: true
        case .auto, nil, ToolChoice.none?: false
        }
    }

    /// - Parameter calledTools: the tools that the history calls: it is refused unless tools are named.
    init(
        _ conversation: Conversation, model: ModelConfiguration, calledTools: [String]
    ) throws(GatewayError) {
        tools = conversation.tools
        choice = conversation.toolChoice
        if conversation.parallelToolCalls == false, !tools.isEmpty { dropped.insert(.parallelToolCalls) }
        if choice == ToolChoice.none {
            // There is no word for it: without tools none can be called, but a history of calls wants them named.
            if calledTools.isEmpty { tools = [] } else if !tools.isEmpty { dropped.insert(.toolChoice) }
            choice = nil
        }
        if tools.isEmpty {
            tools = calledTools.map { Tool(name: $0) }
            choice = nil
        }
        try setForm(conversation.responseFormat, model: model)
    }

    private mutating func setForm(_ format: ResponseFormat?, model: ModelConfiguration) throws(GatewayError) {
        let name = BedrockConverseUpstream.answerTool
        switch format {
        case nil, .text: return
        case .jsonObject:
            try add(
                Tool(
                    name: name, description: "Gives the final answer, a JSON object.",
                    parameters: RawJSON(#"{"type":"object","additionalProperties":true}"#)))
        case .jsonSchema(let title, let schema, let strict, let description):
            if model.capabilities?.contains("json_schema") == true {
                self.schema = (title, schema, description)
                return
            }
            if strict == true { dropped.insert(.schemaStrict) }
            let about = description.map { " \($0)" } ?? ""
            try add(Tool(name: name, description: "Gives the final answer.\(about)", parameters: schema))
        }
    }

    private mutating func add(_ answer: Tool) throws(GatewayError) {
        guard !tools.contains(where: { $0.name == answer.name }) else {
            throw .malformedRequest(
                message: "The tool name '\(answer.name)' is reserved for structured output.", parameter: "tools")
        }
        let isAlone = tools.isEmpty
        tools.append(answer)
        if isAlone { choice = .named(answer.name) } else if choice == nil || choice == .auto { choice = .required }
    }

    /// - Parameter cachePoints: whether the model's prompts can be kept.
    func write(to writer: inout JSONWriter, cachePoints: Bool) {
        if !tools.isEmpty {
            writer.key("toolConfig")
            writer.object {
                $0.key("tools")
                $0.array {
                    for tool in tools {
                        Self.write(tool, to: &$0)
                        if cachePoints, let mark = tool.cacheMark { $0.converseCachePoint(mark) }
                    }
                }
                writeChoice(to: &$0)
            }
        }
        guard let schema else { return }
        writer.key("outputConfig")
        writer.object {
            $0.key("textFormat")
            $0.object {
                $0.member("type", "json_schema")
                $0.key("structure")
                $0.object {
                    $0.key("jsonSchema")
                    $0.object {
                        $0.member("name", schema.name)
                        $0.member("schema", schema.schema.text)
                        if let description = schema.description { $0.member("description", description) }
                    }
                }
            }
        }
    }

    private static func write(_ tool: Tool, to writer: inout JSONWriter) {
        writer.object {
            $0.key("toolSpec")
            $0.object {
                $0.member("name", tool.name)
                if let description = tool.description, !description.isEmpty { $0.member("description", description) }
                $0.key("inputSchema")
                $0.object { $0.member("json", raw: (tool.parameters ?? .emptyObjectSchema).objectSchema) }
                if tool.strict == true { $0.member("strict", true) }
            }
        }
    }

    private func writeChoice(to writer: inout JSONWriter) {
        guard let choice, choice != .none else { return }
        writer.key("toolChoice")
        writer.object {
            switch choice {
            case .auto, .none: $0.member("auto", raw: "{}".utf8)
            case .required: $0.member("any", raw: "{}".utf8)
            case .named(let name):
                $0.key("tool")
                $0.object { $0.member("name", name) }
            }
        }
    }
}
