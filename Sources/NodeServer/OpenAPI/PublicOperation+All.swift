internal import Dashboard
internal import GatewayTypes
internal import HTTPTypes
internal import WireFormats

/// The table that `/openapi.json` is written from: what the endpoints take, and the admin API's own table.
extension PublicOperation {
    static let all: [PublicOperation] = [
        asked(ModelPath.dialects, below: "/v1"), asked(ModelPath.cohere, below: "/v2"),
        asked(ModelPath.ollama, below: ""), gemini, models, node, administration,
    ].flatMap { $0 }

    private static func asked(_ dialects: [String: Dialect], below prefix: String) -> [PublicOperation] {
        dialects.sorted { $0.key < $1.key }.map { PublicOperation($0.value, at: prefix + $0.key) }
    }

    private static let gemini: [PublicOperation] = Gemini.operations.compactMap { operation in
        let path = "/models/{model}:\(operation)"
        guard let (dialect, _) = Gemini.operation(at: path) else { return nil }
        var asked = PublicOperation(dialect, at: "/v1beta" + path)
        if dialect == .gemini {
            asked.answers = [operation.hasPrefix("stream") ? "text/event-stream" : "application/json"]
        }
        return asked
    }

    private init(_ dialect: Dialect, at path: String) {
        self.init(
            method: .post, path: path, summary: dialect.summary, family: dialect.family, body: dialect.body(at: path),
            answers: dialect.answers)
    }

    private static let models = [
        PublicOperation(
            method: .get, path: "/v1/models", summary: "List the models; in Anthropic's shape with `anthropic-version`",
            family: .openAI, query: ["after_id", "before_id", "limit"]),
        PublicOperation(method: .get, path: "/v1/models/{model}", summary: "Show a model", family: .openAI),
        PublicOperation(
            method: .get, path: "/v1beta/models", summary: "List the models as Gemini does", family: .gemini,
            query: ["pageSize", "pageToken"]),
        PublicOperation(
            method: .get, path: "/v1beta/models/{model}", summary: "Show a model as Gemini does", family: .gemini),
        PublicOperation(method: .get, path: "/api/tags", summary: "List the models as Ollama does", family: .ollama),
        PublicOperation(method: .get, path: "/api/ps", summary: "List the models that are ready", family: .ollama),
        PublicOperation(
            method: .post, path: "/api/show", summary: "Show a model as Ollama does", family: .ollama,
            body: .json(required: ["model"])),
        PublicOperation(
            method: .get, path: "/api/version", summary: "Tell the version of Ollama's API", family: .ollama,
            isOpen: true),
    ]

    private static let node = [
        PublicOperation(
            method: .get, path: "/health", summary: "Tell the version, the node and the state of its stores",
            family: .node, isOpen: true),
        PublicOperation(
            method: .get, path: "/health/live", summary: "Tell that the process runs", family: .node, isOpen: true),
        PublicOperation(
            method: .get, path: "/health/ready", summary: "Tell whether the node takes requests", family: .node,
            isOpen: true),
        PublicOperation(
            method: .get, path: "/metrics", summary: "Tell the metrics in Prometheus's text format", family: .node,
            answers: ["text/plain"], isOpen: true),
        PublicOperation(
            method: .get, path: "/openapi.json", summary: "Show this document", family: .node, isOpen: true),
    ]

    private static let administration: [PublicOperation] = AdminAPI.operations.map { operation in
        let takesBody = [HTTPMethod.post, .put, .patch].contains(operation.method)
        return PublicOperation(
            method: operation.method, path: "/admin/api/v1" + operation.path.replacing("...}", with: "}"),
            summary: summary(of: operation), family: .administration, body: takesBody ? .json(required: []) : nil,
            query: operation.query.sorted())
    }

    /// `Change one of users; for admin, user`.
    private static func summary(of operation: AdminOperation) -> String {
        let isOne = operation.path.hasSuffix("}")
        let verb =
            switch operation.method {
            case .get: isOne ? "Show" : "List"
            case .post: "Add to"
            case .put: "Replace"
            case .patch: "Change"
            case .delete: "Delete"
            case .head, .options, .other: operation.method.token
            }
        let things = operation.path.split(separator: "/").first.map(String.init) ?? ""
        let roles = operation.roles.map(\.rawValue).sorted().joined(separator: ", ")
        return "\(verb) \(isOne ? "one of " : "")\(things); for \(roles)"
    }
}
