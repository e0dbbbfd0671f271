internal import GatewayTypes
internal import JSON

/// The `response` object around the output items: what the caller asked for is told back, as the schema demands.
struct ResponsesEnvelope: Sendable {
    var id: String
    var model: String
    /// Seconds since 1970.
    var created: Int
    private let request: JSONValue

    init(_ request: JSONValue, id: String, model: String, created: Int) {
        self.request = request
        self.id = id
        self.model = model
        self.created = created
    }

    func write(_ state: ResponsesState, _ items: [ResponsesItem], _ usage: Usage?, to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("id", id)
            writer.member("object", "response")
            writer.member("created_at", created)
            writer.member("status", state.word)
            writer.member("background", false)
            writeNulls(["completed_at"], to: &writer)
            state.writeReasons(to: &writer)
            tellBack(["instructions", "max_output_tokens", "max_tool_calls"], otherwise: "null", to: &writer)
            writer.member("model", model)
            writer.key("output")
            writer.array { for item in items { item.write(to: &$0) } }
            tellBack(["parallel_tool_calls"], otherwise: "true", to: &writer)
            tellBack(["presence_penalty", "frequency_penalty"], otherwise: "0", to: &writer)
            writeNulls(["previous_response_id"], to: &writer)
            tellBack(["prompt_cache_key"], otherwise: "null", to: &writer)
            tellBack(["reasoning"], otherwise: #"{"effort":null,"summary":null}"#, to: &writer)
            tellBack(["safety_identifier"], otherwise: "null", to: &writer)
            tellBack(["service_tier"], otherwise: #""default""#, to: &writer)
            writer.member("store", false)
            tellBack(["temperature"], otherwise: "1.0", to: &writer)
            writeText(to: &writer)
            tellBack(["tool_choice"], otherwise: #""auto""#, to: &writer)
            writeTools(to: &writer)
            tellBack(["top_logprobs"], otherwise: "0", to: &writer)
            tellBack(["top_p"], otherwise: "1.0", to: &writer)
            writer.member("truncation", "disabled")
            writer.key("usage")
            if let usage { ResponsesUsage.write(usage, to: &writer) } else { writer.null() }
            tellBack(["user"], otherwise: "null", to: &writer)
            tellBack(["metadata"], otherwise: "{}", to: &writer)
        }
    }

    private func tellBack(_ keys: [String], otherwise usual: String, to writer: inout JSONWriter) {
        for key in keys {
            writer.key(key)
            if let value = request.present(key) { writer.value(value) } else { writer.raw(usual.utf8) }
        }
    }

    private func writeNulls(_ keys: [String], to writer: inout JSONWriter) {
        for key in keys {
            writer.key(key)
            writer.null()
        }
    }

    /// The tools, functions with all that a schema of theirs asks for. Who did not ask for strictness has none here.
    private func writeTools(to writer: inout JSONWriter) {
        writer.key("tools")
        writer.array { writer in
            for tool in request.present("tools")?.elements.map({ $0 }) ?? [] {
                guard tool["type"]?.isString("function") == true else {
                    writer.value(tool)
                    continue
                }
                writer.object { writer in
                    for (key, value) in tool.members { writer.member(key, value) }
                    for (key, usual) in [("description", "null"), ("parameters", "null"), ("strict", "false")]
                    where tool[key] == nil { writer.member(key, raw: usual.utf8) }
                }
            }
        }
    }

    /// `text` with its format, which the caller may have left out of it.
    private func writeText(to writer: inout JSONWriter) {
        writer.key("text")
        writer.object { writer in
            let text = request.present("text")
            if text?.present("format") == nil { writer.member("format", raw: #"{"type":"text"}"#.utf8) }
            for (key, value) in text?.members.map({ $0 }) ?? [] where !value.isNull { writer.member(key, value) }
        }
    }
}
