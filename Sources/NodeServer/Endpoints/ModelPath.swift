internal import HTTPTypes
internal import WireFormats

/// A path of the data plane: `[/api | /api/user | /api/u/{username}]/{version}/{operation}`, the version being optional below a
/// user's prefix; and Ollama's paths, which begin with `/api` and have no version.
struct ModelPath {
    private enum Version { case v1, v1beta, v2, ollama }

    /// What is spoken at each operation's path below `/v1`.
    static let dialects: [String: Dialect] = [
        "/audio/speech": .openAISpeech,
        "/audio/transcriptions": .openAITranscription,
        "/audio/translations": .openAITranscription,
        "/chat/completions": .openAIChat,
        "/completions": .openAICompletions,
        "/embeddings": .openAIEmbeddings,
        "/images/edits": .openAIImages,
        "/images/generations": .openAIImages,
        "/images/variations": .openAIImages,
        "/messages": .anthropicMessages,
        "/messages/count_tokens": .anthropicTokenCount,
        "/moderations": .openAIModerations,
        "/rerank": .rerank,
        "/responses": .openAIResponses,
        "/responses/input_tokens": .openAIInputTokens,
    ]

    /// Below `/v2`, which is Cohere's.
    static let cohere: [String: Dialect] = ["/embed": .cohereEmbed, "/rerank": .cohereRerank]

    static let ollama: [String: Dialect] = [
        "/api/chat": .ollamaChat,
        "/api/embed": .ollamaEmbed,
        "/api/embeddings": .ollamaEmbed,
        "/api/generate": .ollamaGenerate,
    ]

    private let username: String?
    private let version: Version
    private let operation: String

    init?(_ path: String) {
        if let (version, operation) = Self.version(of: path[...]) {
            (self.username, self.version, self.operation) = (nil, version, operation)
            return
        }
        guard path.hasPrefix("/api/") else { return nil }
        if path.hasPrefix("/api/user/") {
            (version, operation) = Self.optionalVersion(of: path.dropFirst(9))
            username = nil
        } else if path.hasPrefix("/api/u/") {
            let rest = path.dropFirst(7)
            guard let slash = rest.firstIndex(of: "/"), slash > rest.startIndex,
                let username = PercentEncoding.decode(String(rest[..<slash]))
            else { return nil }
            (version, operation) = Self.optionalVersion(of: rest[slash...])
            self.username = username
        } else {
            (version, operation) = Self.version(of: path.dropFirst(4)) ?? (.ollama, path)
            username = nil
        }
    }

    var endpoint: Endpoint {
        let table: [String: Dialect] =
            switch version {
            case .v1: Self.dialects
            case .v1beta: [:]
            case .v2: Self.cohere
            case .ollama: Self.ollama
            }
        if let dialect = table[operation] { return .model(place(dialect)) }
        return switch version {
        case .v1: gemini.map { .model($0) } ?? keptResponse ?? models
        case .v1beta: gemini.map { .model($0) } ?? models
        case .v2: .unknown
        case .ollama: ollama
        }
    }

    /// Whose words are used where the path leads nowhere; `nil` where the caller's headers have to tell.
    var family: Dialect? {
        switch version {
        case .v1: operation.hasPrefix("/messages") ? .anthropicMessages : nil
        case .v1beta: .gemini
        case .v2: .cohereEmbed
        case .ollama: .ollamaChat
        }
    }

    /// What to do in place of asking for a path that leads nowhere, where that is known.
    var advice: String? { NotOffered.advice(for: operation) }

    private func place(_ dialect: Dialect) -> ModelEndpoint {
        ModelEndpoint(path: operation, username: username, dialect: dialect)
    }

    private var models: Endpoint {
        let place = place(version == .v1beta ? .gemini : .openAIChat)
        if operation == "/models" { return .models(place) }
        guard operation.hasPrefix("/models/"), let id = PercentEncoding.decode(String(operation.dropFirst(8))),
            !id.isEmpty
        else { return .unknown }
        return .oneModel(place, id: id)
    }

    private var keptResponse: Endpoint? {
        guard operation.hasPrefix("/responses/") else { return nil }
        let id = String(operation.dropFirst(11).prefix { $0 != "/" })
        guard !id.isEmpty, id != "compact" else { return nil }
        return .keptResponse(place(.openAIResponses), id: PercentEncoding.decode(id) ?? id)
    }

    /// Gemini's paths name the model and, after the last colon, the operation.
    private var gemini: ModelEndpoint? {
        guard operation.hasPrefix("/models/"), let decoded = PercentEncoding.decode(operation),
            let (dialect, asked) = Gemini.operation(at: decoded)
        else { return nil }
        return ModelEndpoint(
            path: decoded, username: username, dialect: dialect, name: "/models/{model}:\(asked)")
    }

    /// What Ollama's clients ask besides (pull, push, copy ...) is not to be had here.
    private var ollama: Endpoint {
        switch operation {
        case "/api/tags": .models(place(.ollamaChat))
        case "/api/ps": .loadedModels(place(.ollamaChat))
        case "/api/show": .describedModel(place(.ollamaChat))
        case "/api/version": .ollamaVersion
        default: .unknown
        }
    }

    private static func version(of path: Substring) -> (Version, String)? {
        if path.hasPrefix("/v1/") { return (.v1, String(path.dropFirst(3))) }
        if path.hasPrefix("/v1beta/") { return (.v1beta, String(path.dropFirst(7))) }
        if path.hasPrefix("/v2/") { return (.v2, String(path.dropFirst(3))) }
        return nil
    }

    private static func optionalVersion(of path: Substring) -> (Version, String) {
        version(of: path) ?? (path.hasPrefix("/api/") ? .ollama : .v1, String(path))
    }
}
