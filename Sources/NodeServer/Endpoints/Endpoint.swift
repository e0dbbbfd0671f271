internal import HTTPServer
internal import HTTPTypes
internal import WireFormats

/// Where a path leads. The paths are the whole surface of the node.
enum Endpoint: Sendable, Equatable {
    case model(ModelEndpoint)
    case models(ModelEndpoint)
    case oneModel(ModelEndpoint, id: String)
    /// Something about a response of earlier, by its id.
    case keptResponse(ModelEndpoint, id: String)
    case health, live, ready, metrics
    case admin(path: String)
    case unknown

    init(_ path: String) {
        switch path {
        // Nearly every request, so nothing is taken apart for it.
        case "/v1/chat/completions":
            self = .model(ModelEndpoint(path: "/chat/completions", username: nil, dialect: .openAIChat))
        case "/health": self = .health
        case "/health/live": self = .live
        case "/health/ready": self = .ready
        case "/metrics": self = .metrics
        case _ where path.hasPrefix("/admin/api/v1/"): self = .admin(path: String(path.dropFirst(13)))
        default: self = Self.model(at: path)
        }
    }

    /// What is spoken at each operation's path below a version prefix.
    private static let dialects: [String: Dialect] = [
        "/chat/completions": .openAIChat,
        "/completions": .openAICompletions,
        "/responses": .openAIResponses,
    ]

    /// The methods the path takes; other methods get 405.
    var methods: [HTTPMethod] {
        switch self {
        case .model: [.post]
        case .keptResponse: [.get, .head, .post, .delete]
        case .models, .oneModel, .health, .live, .ready, .metrics: [.get, .head]
        case .admin, .unknown: []
        }
    }

    private static func model(at path: String) -> Endpoint {
        guard let (username, operation) = split(path) else { return .unknown }
        if let dialect = dialects[operation] {
            return .model(ModelEndpoint(path: operation, username: username, dialect: dialect))
        }
        let place = ModelEndpoint(path: operation, username: username, dialect: .openAIChat)
        switch operation {
        case "/models": return .models(place)
        case _ where operation.hasPrefix("/models/"):
            guard let id = PercentEncoding.decode(String(operation.dropFirst(8))), !id.isEmpty else { return .unknown }
            return .oneModel(place, id: id)
        case _ where operation.hasPrefix("/responses/"):
            let id = operation.dropFirst(11).prefix { $0 != "/" }
            return id.isEmpty ? .unknown : .keptResponse(place, id: PercentEncoding.decode(String(id)) ?? String(id))
        default: return .unknown
        }
    }

    /// The user a path belongs to, if it names one, and the operation below the prefix.
    private static func split(_ path: String) -> (username: String?, operation: String)? {
        if path.hasPrefix("/v1/") { return (nil, String(path.dropFirst(3))) }
        if path.hasPrefix("/api/v1/") { return (nil, String(path.dropFirst(7))) }
        if path.hasPrefix("/api/user/") { return (nil, withoutVersion(path.dropFirst(9))) }
        guard path.hasPrefix("/api/u/") else { return nil }
        let rest = path.dropFirst(7)
        guard let slash = rest.firstIndex(of: "/"), slash > rest.startIndex,
            let username = PercentEncoding.decode(String(rest[..<slash]))
        else { return nil }
        return (username, withoutVersion(rest[slash...]))
    }

    private static func withoutVersion(_ operation: Substring) -> String {
        String(operation.hasPrefix("/v1/") ? operation.dropFirst(3) : operation)
    }
}

/// A data-plane path: what is asked, in which dialect, and whose path it is.
struct ModelEndpoint: Sendable, Equatable {
    /// Below the version prefix: `/chat/completions`.
    var path: String
    /// From `/api/u/{username}/`; only that user's tokens may use it.
    var username: String?
    var dialect: Dialect
}
