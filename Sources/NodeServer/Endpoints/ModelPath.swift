internal import HTTPTypes
internal import WireFormats

/// A path of the data plane: `[/api | /api/user | /api/u/{username}]/{version}/{operation}`.
struct ModelPath {
    private enum Version { case v1, v1beta, v2 }

    /// What is spoken at each operation's path below `/v1`.
    private static let dialects: [String: Dialect] = [
        "/audio/speech": .openAISpeech,
        "/audio/transcriptions": .openAITranscription,
        "/audio/translations": .openAITranscription,
        "/chat/completions": .openAIChat,
        "/embeddings": .openAIEmbeddings,
        "/images/edits": .openAIImages,
        "/images/generations": .openAIImages,
        "/images/variations": .openAIImages,
        "/messages": .anthropicMessages,
        "/messages/count_tokens": .anthropicTokenCount,
        "/moderations": .openAIModerations,
        "/rerank": .rerank,
    ]

    /// Below `/v2`, which is Cohere's.
    private static let dialects2: [String: Dialect] = ["/embed": .cohereEmbed, "/rerank": .cohereRerank]

    private let username: String?
    private let version: Version
    private let operation: String

    init?(_ path: String) {
        if let (version, operation) = Self.version(of: path[...]) {
            (self.username, self.version, self.operation) = (nil, version, operation)
            return
        }
        guard path.hasPrefix("/api/") else { return nil }
        if let (version, operation) = Self.version(of: path.dropFirst(4)) {
            (self.username, self.version, self.operation) = (nil, version, operation)
            return
        }
        if path.hasPrefix("/api/user/") {
            (version, operation) = Self.optionalVersion(of: path.dropFirst(9))
            username = nil
            return
        }
        guard path.hasPrefix("/api/u/") else { return nil }
        let rest = path.dropFirst(7)
        guard let slash = rest.firstIndex(of: "/"), slash > rest.startIndex,
            let username = PercentEncoding.decode(String(rest[..<slash]))
        else { return nil }
        (version, operation) = Self.optionalVersion(of: rest[slash...])
        self.username = username
    }

    var endpoint: Endpoint {
        let table = version == .v2 ? Self.dialects2 : version == .v1 ? Self.dialects : [:]
        if let dialect = table[operation] {
            return .model(ModelEndpoint(path: operation, username: username, dialect: dialect))
        }
        if version == .v2 { return .unknown }
        if let place = gemini { return .model(place) }
        let place = ModelEndpoint(path: operation, username: username, dialect: family)
        if operation == "/models" { return .models(place) }
        guard operation.hasPrefix("/models/"), let id = PercentEncoding.decode(String(operation.dropFirst(8))),
            !id.isEmpty
        else { return .unknown }
        return .oneModel(place, id: id)
    }

    /// Whose words are used where the path leads nowhere.
    var family: Dialect {
        switch version {
        case .v1: operation.hasPrefix("/messages") ? .anthropicMessages : .openAIChat
        case .v1beta: .gemini
        case .v2: .cohereRerank
        }
    }

    /// Gemini's paths name the model and, after the last colon, the operation.
    private var gemini: ModelEndpoint? {
        guard operation.hasPrefix("/models/"), operation.utf8.contains(UInt8(ascii: ":")),
            let decoded = PercentEncoding.decode(operation), let asked = Gemini.operation(at: decoded)
        else { return nil }
        return ModelEndpoint(path: decoded, username: username, dialect: .gemini, name: "/models/{model}:\(asked)")
    }

    private static func version(of path: Substring) -> (Version, String)? {
        if path.hasPrefix("/v1/") { return (.v1, String(path.dropFirst(3))) }
        if path.hasPrefix("/v1beta/") { return (.v1beta, String(path.dropFirst(7))) }
        if path.hasPrefix("/v2/") { return (.v2, String(path.dropFirst(3))) }
        return nil
    }

    private static func optionalVersion(of path: Substring) -> (Version, String) {
        version(of: path) ?? (.v1, String(path))
    }
}
