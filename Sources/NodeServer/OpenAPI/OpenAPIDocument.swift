internal import HTTPTypes
internal import JSON

/// The OpenAPI document of the node (version 3.1), served at `/openapi.json`.
enum OpenAPIDocument {
    /// It depends on the program alone.
    static let bytes = JSONWriter.bytes { json in
        json.object { json in
            json.member("openapi", "3.1.0")
            json.member("info", object: writeInfo)
            json.member(
                "security",
                array: { json in
                    for scheme in OpenAPIComponents.schemes { json.object { $0.member(scheme, array: { _ in }) } }
                })
            json.member("servers", array: { $0.object { $0.member("url", "/") } })
            json.member(
                "tags",
                array: { json in
                    for family in PublicOperation.Family.allCases {
                        json.object { $0.member("name", family.rawValue) }
                    }
                })
            json.member("paths", object: writePaths)
            json.member("components", object: OpenAPIComponents.write)
        }
    }

    private static func writeInfo(_ json: inout JSONWriter) {
        json.member("title", "Switchyard")
        json.member("version", Version.text)
        json.member(
            "description",
            "Paths of models also lie below `/api`, `/api/user` and `/api/u/{username}`. Requests and answers are those "
                + "of the provider whose API a path follows, and its documentation tells them in full; only the members "
                + "that must be there are told here. A model's name may hold slashes.")
    }

    private static func writePaths(_ json: inout JSONWriter) {
        var paths: [String] = []
        for operation in PublicOperation.all where !paths.contains(operation.path) { paths.append(operation.path) }
        for path in paths {
            json.member(
                path,
                object: { json in
                    for operation in PublicOperation.all where operation.path == path {
                        json.member(operation.method.token.lowercased(), object: { write(operation, to: &$0) })
                    }
                })
        }
    }

    private static func write(_ operation: PublicOperation, to json: inout JSONWriter) {
        json.member("summary", operation.summary)
        json.member("operationId", "\(operation.method.token.lowercased()) \(operation.path)")
        json.member("tags", array: { $0.string(operation.family.rawValue) })
        if operation.isOpen { json.member("security", array: { _ in }) }
        if !operation.names.isEmpty || !operation.query.isEmpty {
            json.member(
                "parameters",
                array: { json in
                    for name in operation.names { writeParameter(String(name), in: "path", to: &json) }
                    for name in operation.query { writeParameter(name, in: "query", to: &json) }
                })
        }
        if let body = operation.body { json.member("requestBody", object: { write(body, to: &$0) }) }
        json.member("responses", object: { writeAnswers(of: operation, to: &$0) })
    }

    private static func writeParameter(_ name: String, in place: String, to json: inout JSONWriter) {
        json.object { json in
            json.member("name", name)
            json.member("in", place)
            json.member("required", place == "path")
            json.member("schema", object: { $0.member("type", "string") })
        }
    }

    private static func write(_ body: PublicOperation.Body, to json: inout JSONWriter) {
        let (type, required) =
            switch body {
            case .json(let required): ("application/json", required)
            case .form(let required): ("multipart/form-data", required)
            }
        json.member("required", true)
        json.member(
            "content",
            object: { json in
                json.member(
                    type,
                    object: { json in
                        json.member(
                            "schema",
                            object: { json in
                                json.member("type", "object")
                                if !required.isEmpty {
                                    json.member("required", array: { for name in required { $0.string(name) } })
                                }
                            })
                    })
            })
    }

    private static func writeAnswers(of operation: PublicOperation, to json: inout JSONWriter) {
        json.member(
            "2XX",
            object: { json in
                json.member("description", "What was asked for")
                json.member(
                    "content",
                    object: { json in for type in operation.answers { json.member(type, object: { _ in }) } })
            })
        guard !operation.isOpen else { return }
        json.member(
            "default",
            object: { $0.member("$ref", "#/components/responses/\(operation.family.rawValue)") })
    }
}
