internal import GatewayTypes
internal import JSON

/// Reads `tools` and what is said about their use. A provider's own tools (web search ...) are no functions another could
/// call: they are left out and reported, unless the request insists on one.
struct ResponsesToolReader {
    private(set) var unknown = UnknownFields()

    mutating func read(_ json: JSONValue, into conversation: inout Conversation) throws(GatewayError) {
        for tool in json.present("tools")?.elements.map(\.self) ?? [] { add(tool, to: &conversation) }
        conversation.parallelToolCalls = json["parallel_tool_calls"]?.bool
        if let choice = json.present("tool_choice") { conversation.toolChoice = try read(choice: choice) }
    }

    private mutating func add(_ tool: JSONValue, to conversation: inout Conversation) {
        let type = tool["type"]?.string ?? ""
        guard let name = tool["name"]?.string, type == "function" || type == "custom" else {
            return unknown.add("tools.\(type)")
        }
        var known: Set<String> = ["type", "name", "description", "parameters", "strict"]
        var parameters = tool.present("parameters").map { RawJSON($0.raw) }
        if type == "custom" {
            parameters = ResponsesCustomTools.schema
            if tool["format"]?["type"]?.isString("text") == true { known.insert("format") }
        }
        conversation.tools.append(
            Tool(
                name: name, description: tool["description"]?.string, parameters: parameters,
                strict: tool["strict"]?.bool))
        unknown.add(tool, besides: known, under: "tools")
    }

    private mutating func read(choice: JSONValue) throws(GatewayError) -> ToolChoice {
        switch choice.string ?? choice["type"]?.string {
        case "auto": return .auto
        case "none": return ToolChoice.none
        case "required", "any": return .required
        case "function", "custom":
            guard let name = choice["name"]?.string else {
                throw ChatRequestCheck.wrong("tool_choice.name", "a string")
            }
            return .named(name)
        case "allowed_tools":
            unknown.add("tool_choice.tools")
            return choice["mode"]?.isString("required") == true ? .required : .auto
        case let type:
            throw .malformedRequest(
                message: "Unsupported value: this model cannot be made to use '\(type ?? "")'; 'tool_choice' must be "
                    + "'none', 'auto', 'required' or an object that names a function.",
                parameter: "tool_choice", code: "unsupported_value")
        }
    }
}
