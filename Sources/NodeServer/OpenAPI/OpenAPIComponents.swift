internal import JSON

/// What the operations of the document share: how callers show who they are, and the shapes of errors.
enum OpenAPIComponents {
    static func write(to json: inout JSONWriter) {
        json.member("securitySchemes", object: writeSchemes)
        json.member("responses", object: writeErrors)
    }

    /// The names of the schemes; each will do.
    static let schemes = ["bearer", "x-api-key", "x-goog-api-key", "key"]

    private static func writeSchemes(_ json: inout JSONWriter) {
        json.member(
            "bearer",
            object: { json in
                json.member("type", "http")
                json.member("scheme", "bearer")
            })
        for name in schemes.dropFirst() {
            json.member(
                name,
                object: { json in
                    json.member("type", "apiKey")
                    json.member("in", name == "key" ? "query" : "header")
                    json.member("name", name)
                })
        }
    }

    private static func writeErrors(_ json: inout JSONWriter) {
        for family in PublicOperation.Family.allCases where family != .node {
            json.member(
                family.rawValue,
                object: { json in
                    json.member("description", "An error in the words of the API the path follows")
                    json.member(
                        "content",
                        object: { json in
                            let isProblem = family == .administration
                            json.member(
                                isProblem ? "application/problem+json" : "application/json",
                                object: { $0.member("schema", object: { write(membersOfError(family), to: &$0) }) })
                        })
                })
        }
    }

    /// The members an error always has; one with members of its own is an object.
    private static func membersOfError(_ family: PublicOperation.Family) -> [(String, [String])] {
        switch family {
        case .openAI: [("error", ["message", "type", "param", "code"])]
        case .anthropic: [("type", []), ("error", ["type", "message"]), ("request_id", [])]
        case .gemini: [("error", ["code", "message", "status"])]
        case .ollama: [("error", [])]
        case .cohere: [("message", [])]
        case .administration: [("type", []), ("title", []), ("status", []), ("detail", []), ("request_id", [])]
        case .node: []
        }
    }

    private static func write(_ members: [(String, [String])], to json: inout JSONWriter) {
        json.member("type", "object")
        json.member("required", array: { for (name, _) in members { $0.string(name) } })
        let objects = members.filter { !$0.1.isEmpty }
        guard !objects.isEmpty else { return }
        json.member(
            "properties",
            object: { json in
                for (name, inner) in objects {
                    json.member(
                        name,
                        object: { json in
                            json.member("type", "object")
                            json.member("required", array: { for name in inner { $0.string(name) } })
                        })
                }
            })
    }
}
