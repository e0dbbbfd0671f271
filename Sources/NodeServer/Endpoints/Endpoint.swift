internal import HTTPServer
internal import HTTPTypes
internal import WireFormats

/// Where a path leads. The paths are the whole surface of the node.
enum Endpoint: Sendable, Equatable {
    case model(ModelEndpoint)
    case models(ModelEndpoint)
    case oneModel(ModelEndpoint, id: String)
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
        default: self = ModelPath(path)?.endpoint ?? .unknown
        }
    }

    /// The methods the path takes; other methods get 405.
    var methods: [HTTPMethod] {
        switch self {
        case .model: [.post]
        case .models, .oneModel, .health, .live, .ready, .metrics: [.get, .head]
        case .admin, .unknown: []
        }
    }

    /// What is spoken at a path, also where it leads nowhere: errors come in the words of the path's dialect.
    static func dialect(at path: String, _ headers: HTTPHeaders) -> Dialect {
        switch Endpoint(path) {
        case .model(let place): place.dialect
        case .models(let place), .oneModel(let place, _): place.heard(in: headers).dialect
        case .health, .live, .ready, .metrics, .admin: .openAIChat
        case .unknown:
            ModelEndpoint(path: path, username: nil, dialect: ModelPath(path)?.family ?? .openAIChat)
                .heard(in: headers).dialect
        }
    }
}

/// A data-plane path: what is asked, in which dialect, and whose path it is.
struct ModelEndpoint: Sendable, Equatable {
    /// Below the version prefix: `/chat/completions`.
    var path: String
    /// From `/api/u/{username}/`; only that user's tokens may use it.
    var username: String?
    var dialect: Dialect
    /// The path without what callers chose in it, for records; absent where that is the whole path.
    var name: String?

    /// The same where OpenAI and Anthropic share a path: Anthropic's clients always say which version of the API they mean.
    func heard(in headers: HTTPHeaders) -> ModelEndpoint {
        guard dialect == .openAIChat, headers.contains("anthropic-version") else { return self }
        var place = self
        place.dialect = .anthropicMessages
        return place
    }
}
