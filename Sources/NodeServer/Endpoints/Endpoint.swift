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
    /// Ollama's `/api/show`, which names the model in its body, and `/api/ps`.
    case describedModel(ModelEndpoint)
    case loadedModels(ModelEndpoint)
    case ollamaVersion
    case health, live, ready, metrics
    case openAPI
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
        case "/openapi.json": self = .openAPI
        case _ where path.hasPrefix("/admin/api/v1/"): self = .admin(path: String(path.dropFirst(13)))
        default: self = ModelPath(path)?.endpoint ?? .unknown
        }
    }

    /// The methods the path takes; other methods get 405.
    var methods: [HTTPMethod] {
        switch self {
        case .model, .describedModel: [.post]
        case .keptResponse: [.get, .head, .post, .delete]
        case .models, .oneModel, .loadedModels, .ollamaVersion, .health, .live, .ready, .metrics, .openAPI:
            [.get, .head]
        case .admin, .unknown: []
        }
    }

    /// What is spoken at a path, also where it leads nowhere: errors come in the words of the path's dialect. Where several
    /// dialects share a path the headers of their clients tell them apart.
    static func dialect(of request: HTTPRequest) -> Dialect { dialect(at: request.path, request.headers) }

    static func dialect(at path: String, _ headers: HTTPHeaders) -> Dialect {
        let spoken: Dialect? =
            switch Endpoint(path) {
            case .model(let place), .describedModel(let place), .loadedModels(let place): place.dialect
            case .models(let place), .oneModel(let place, _): place.dialect == .openAIChat ? nil : place.dialect
            case .keptResponse: .openAIResponses
            case .ollamaVersion: .ollamaChat
            case .health, .live, .ready, .metrics, .openAPI, .admin: .openAIChat
            case .unknown: ModelPath(path)?.family
            }
        return spoken ?? dialect(by: headers)
    }

    /// Anthropic's clients always say which version of the API they mean, and Google's send their key in a header of its
    /// own; no others do.
    private static func dialect(by headers: HTTPHeaders) -> Dialect {
        if headers.contains("anthropic-version") { return .anthropicMessages }
        return headers.contains("x-goog-api-key") || headers.contains("x-goog-api-client") ? .gemini : .openAIChat
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
}
