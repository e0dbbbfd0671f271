internal import JSON

/// The body for an upstream of the caller's own format: the caller's bytes, but for what has to differ.
public struct PassThroughRequest {
    public let body: [UInt8]
    /// The dotted names of what the provider refuses and was left out.
    public let dropped: [String]

    /// - Parameter model: the upstream's own name of the model.
    public init(_ request: ClientRequest, model: String, quirks: ChatQuirks = ChatQuirks()) {
        var edits = Edits(request.json, quirks)
        if model != request.model { edits.name(model) }
        if request.stream { edits.askForUsage() }
        edits.renameFields()
        edits.leaveOutFields()
        edits.adaptMessages()
        body = edits.splice.isEmpty ? request.received.body : edits.splice.apply()
        dropped = edits.dropped.names
    }

    private struct Edits {
        let json: JSONValue
        let quirks: ChatQuirks
        var splice: JSONSplice
        var dropped = UnknownFields()

        init(_ json: JSONValue, _ quirks: ChatQuirks) {
            self.json = json
            self.quirks = quirks
            splice = JSONSplice(of: json)
        }

        mutating func name(_ model: String) {
            guard let named = json["model"] else { return }
            splice.replace(named, with: JSONWriter.bytes { $0.string(model) })
        }

        /// Usage is asked for always; whether the caller gets it is decided on the way back.
        mutating func askForUsage() {
            guard quirks.takesStreamOptions else {
                dropped.add(json.present("stream_options"), besides: ["include_usage"], under: "stream_options")
                return splice.remove("stream_options", from: json)
            }
            guard let options = json.present("stream_options") else {
                return splice.set("stream_options", of: json, to: Array(#"{"include_usage":true}"#.utf8))
            }
            if options["include_usage"]?.bool != true {
                splice.set("include_usage", of: options, to: Array("true".utf8))
            }
        }

        mutating func renameFields() {
            switch quirks.lengthField {
            case .either: break
            case .maxTokens: rename("max_completion_tokens", to: "max_tokens")
            case .maxCompletionTokens: rename("max_tokens", to: "max_completion_tokens")
            }
            if quirks.seedField != "seed" { rename("seed", to: quirks.seedField) }
        }

        /// Where the caller says both, the provider's own name stands.
        private mutating func rename(_ name: String, to other: String) {
            guard let value = json[name] else { return }
            if !value.isNull, json.present(other) == nil { splice.set(other, of: json, to: value.raw) }
            splice.remove(name, from: json)
        }

        mutating func leaveOutFields() {
            for field in quirks.refusedFields.sorted() {
                guard let value = json[field] else { continue }
                if !value.isNull { dropped.add(field) }
                splice.remove(field, from: json)
            }
        }

        mutating func adaptMessages() {
            guard !quirks.hasDeveloperRole || !quirks.takesNames || !quirks.takesReasoning,
                let messages = json["messages"]
            else { return }
            for message in messages.elements {
                if !quirks.hasDeveloperRole, let role = message["role"], role.isString("developer") {
                    splice.replace(role, with: Array(#""system""#.utf8))
                }
                if !quirks.takesNames { leaveOut("name", of: message) }
                if !quirks.takesReasoning {
                    for field in ["reasoning_content", "reasoning", "reasoning_details"] {
                        leaveOut(field, of: message)
                    }
                }
            }
        }

        private mutating func leaveOut(_ field: String, of message: JSONValue) {
            guard let value = message[field] else { return }
            if !value.isNull { dropped.add("messages.\(field)") }
            splice.remove(field, from: message)
        }
    }
}
