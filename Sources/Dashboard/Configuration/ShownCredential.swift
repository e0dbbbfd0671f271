internal import ClusterState
internal import Configuration
internal import JSON

/// A credential as the API shows it: without its key.
struct ShownCredential: Sendable {
    var provider: String
    var name: String
    var weight: Double
    var owner = ConfigurationOwner.file
    var version: Int?
    var createdAt: Int64?
    var updatedAt: Int64?

    init(provider: String, name: String, weight: Double) {
        self.provider = provider
        self.name = name
        self.weight = weight
    }

    init(_ credential: StoredCredential) {
        self.init(provider: credential.provider, name: credential.id, weight: credential.weight)
        owner = .store
        version = credential.version
        createdAt = credential.createdAt
        updatedAt = credential.updatedAt
    }

    var id: String { "\(provider)/\(name)" }

    /// What the audit log keeps.
    func tree(isKeySet: Bool) -> JSONTree {
        var tree: JSONTree = [
            "provider": .string(provider), "credential": .string(name), "weight": .number(weight.description),
        ]
        if isKeySet { tree["api_key"] = "[changed]" }
        return tree
    }

    func write(to json: inout JSONWriter) {
        json.member("id", id)
        json.member("provider", provider)
        json.member("credential", name)
        json.member("weight", weight)
        json.member("managed_by", owner.rawValue)
        json.member("version", orNull: version)
        json.member("created_at", time: createdAt)
        json.member("updated_at", time: updatedAt)
    }
}
