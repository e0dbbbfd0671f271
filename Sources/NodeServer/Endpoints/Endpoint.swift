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
        "/messages": .anthropicMessages,
        "/messages/count_tokens": .anthropicTokenCount,
        "/responses": .openAIResponses,
        "/responses/input_tokens": .openAIInputTokens,
    ]

    /// The methods the path takes; other methods get 405.
    var methods: [HTTPMethod] {
        switch self {
        case .model, .describedModel: [.post]
        case .keptResponse: [.get, .head, .post, .delete]
        case .models, .oneModel, .loadedModels, .ollamaVersion, .health, .live, .ready, .metrics: [.get, .head]
        case .admin, .unknown: []
        }
    }

    private static func model(at path: String) -> Endpoint {
        guard let (username, version, operation) = split(path) else { return ollama(path, username: nil) }
        if operation.hasPrefix("/api/") { return ollama(operation, username: username) }
        if version == .v1, let dialect = dialects[operation] {
            return .model(ModelEndpoint(path: operation, username: username, dialect: dialect))
        }
        if let place = gemini(operation, username: username) { return .model(place) }
        let place = ModelEndpoint(
            path: operation, username: username, dialect: version == .v1 ? .openAIChat : .gemini)
        switch operation {
        case "/models": return .models(place)
        case _ where operation.hasPrefix("/models/"):
            guard let id = PercentEncoding.decode(String(operation.dropFirst(8))), !id.isEmpty else { return .unknown }
            return .oneModel(place, id: id)
        case _ where version == .v1 && operation.hasPrefix("/responses/"):
            let id = operation.dropFirst(11).prefix { $0 != "/" }
            return id.isEmpty ? .unknown : .keptResponse(place, id: PercentEncoding.decode(String(id)) ?? String(id))
        default: return .unknown
        }
    }

    /// Gemini's paths name the model and, after the last colon, the operation.
    private static func gemini(_ path: String, username: String?) -> ModelEndpoint? {
        guard path.hasPrefix("/models/"), path.utf8.contains(UInt8(ascii: ":")),
            let decoded = PercentEncoding.decode(path), let (dialect, operation) = Gemini.operation(at: decoded)
        else { return nil }
        return ModelEndpoint(
            path: decoded, username: username, dialect: dialect, name: "/models/{model}:\(operation)")
    }

    /// Ollama's paths have no version, and stand below the host or below a user's prefix.
    private static func ollama(_ path: String, username: String?) -> Endpoint {
        func place(_ dialect: Dialect) -> ModelEndpoint {
            ModelEndpoint(path: path, username: username, dialect: dialect)
        }
        return switch path {
        case "/api/chat": .model(place(.ollamaChat))
        case "/api/generate": .model(place(.ollamaGenerate))
        case "/api/tags": .models(place(.ollamaChat))
        case "/api/ps": .loadedModels(place(.ollamaChat))
        case "/api/show": .describedModel(place(.ollamaChat))
        case "/api/version": .ollamaVersion
        default: .unknown
        }
    }

    private enum Version { case v1, v1beta }

    /// The user a path belongs to, if it names one, and the operation below the prefix.
    private static func split(_ path: String) -> (username: String?, version: Version, operation: String)? {
        if let (version, operation) = version(of: path[...]) { return (nil, version, operation) }
        guard path.hasPrefix("/api/") else { return nil }
        if let (version, operation) = version(of: path.dropFirst(4)) { return (nil, version, operation) }
        if path.hasPrefix("/api/user/") {
            let (version, operation) = optionalVersion(of: path.dropFirst(9))
            return (nil, version, operation)
        }
        guard path.hasPrefix("/api/u/") else { return nil }
        let rest = path.dropFirst(7)
        guard let slash = rest.firstIndex(of: "/"), slash > rest.startIndex,
            let username = PercentEncoding.decode(String(rest[..<slash]))
        else { return nil }
        let (version, operation) = optionalVersion(of: rest[slash...])
        return (username, version, operation)
    }

    private static func version(of path: Substring) -> (Version, String)? {
        if path.hasPrefix("/v1/") { return (.v1, String(path.dropFirst(3))) }
        if path.hasPrefix("/v1beta/") { return (.v1beta, String(path.dropFirst(7))) }
        return nil
    }

    private static func optionalVersion(of path: Substring) -> (Version, String) {
        version(of: path) ?? (.v1, String(path))
    }

    /// What is spoken at a path, also where it leads nowhere: errors come in the words of the path's dialect. Where several
    /// dialects share a path the headers of their clients tell them apart.
    static func dialect(of request: HTTPRequest) -> Dialect {
        switch Endpoint(request.path) {
        case .model(let place), .describedModel(let place), .loadedModels(let place): return place.dialect
        case .ollamaVersion: return .ollamaChat
        case .keptResponse: return .openAIResponses
        case .models(let place), .oneModel(let place, _):
            return place.dialect == .openAIChat ? dialect(by: request.headers) : place.dialect
        case .health, .live, .ready, .metrics, .admin: return .openAIChat
        case .unknown:
            guard let (_, version, operation) = split(request.path) else {
                // What clients of Ollama ask besides (pull, push, copy ...) is not to be had here.
                return request.path.hasPrefix("/api/") ? .ollamaChat : dialect(by: request.headers)
            }
            if operation.hasPrefix("/api/") { return .ollamaChat }
            if version == .v1beta { return .gemini }
            return operation.hasPrefix("/messages") ? .anthropicMessages : dialect(by: request.headers)
        }
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
