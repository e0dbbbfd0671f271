internal import ClusterState
internal import Configuration
internal import GatewayTypes
internal import JSON

/// A part of the configuration as the API shows it: its fields without secrets, and who manages it.
struct ShownObject: Sendable {
    /// What a row has besides the object's own fields; it may be sent back with them and is not looked at.
    static let readOnlyFields: Set<String> = [
        "id", "managed_by", "version", "created_at", "updated_at", "config_version",
    ]

    var id: String
    var fields: JSONTree
    /// Of a provider; `nil` for what has none.
    var credentials: [(id: String, weight: Double)]?
    var owner: ConfigurationOwner
    /// The number of the change that made it what it is; `nil` for what is not stored.
    var version: Int?
    var createdAt: Int64?
    var updatedAt: Int64?

    init(_ object: StoredObject, in stored: StoredObjects) {
        id = object.id
        fields = object.body
        owner = .store
        var version = object.version
        if object.kind == .provider {
            let own = stored.credentials(of: object.id)
            credentials = own.map { ($0.id, $0.weight) }
            version = own.map(\.version).reduce(version, max)
        }
        self.version = version
        createdAt = object.createdAt
        updatedAt = object.updatedAt
    }

    init(
        _ kind: StoredObject.Kind, _ id: String, _ fields: JSONTree, _ owner: ConfigurationOwner,
        _ file: FileConfiguration
    ) {
        self.id = id
        self.fields = fields
        self.owner = owner
        guard kind == .provider else { return }
        let provider = file.configuration.providers.first { $0.id == id }
        credentials = provider?.credentials.map { ($0.id, $0.weight) } ?? []
    }

    /// What the audit log keeps.
    /// - Parameter keysSet: the credentials whose keys were given.
    func tree(keysSet: Set<String> = []) -> JSONTree {
        var tree = fields
        guard let credentials else { return tree }
        tree["credentials"] = .array(
            credentials.map { id, weight in
                var entry: JSONTree = ["id": .string(id), "weight": .number(weight.description)]
                if keysSet.contains(id) { entry["api_key"] = "[changed]" }
                return entry
            })
        return tree
    }

    func write(to json: inout JSONWriter) {
        json.member("id", id)
        for (name, value) in fields.members where !Self.readOnlyFields.contains(name) {
            json.key(name)
            value.write(to: &json)
        }
        if let credentials {
            json.member(
                "credentials",
                array: { array in
                    for (id, weight) in credentials {
                        array.object {
                            $0.member("id", id)
                            $0.member("weight", weight)
                        }
                    }
                })
        }
        json.member("managed_by", owner.rawValue)
        json.member("version", orNull: version)
        json.member("created_at", time: createdAt)
        json.member("updated_at", time: updatedAt)
    }
}

extension LiveConfiguration {
    /// Everything of a kind in order of id: what the file defines, what is built in, and what is stored and not hidden by these.
    func shown(_ kind: StoredObject.Kind, _ stored: StoredObjects) -> [ShownObject] {
        let file = file
        var rows = file.objects(kind).map { ShownObject(kind, $0.id, $0.body, .file, file) }
        if kind == .provider, file.object(.provider, ProviderConfiguration.demo.id) == nil {
            rows.append(ShownObject(kind, ProviderConfiguration.demo.id, .demo, .program, file))
        }
        rows += stored.all(kind).filter { file.owner(of: kind, $0.id) == nil }.map { ShownObject($0, in: stored) }
        return rows.sorted { $0.id < $1.id }
    }
}

extension JSONTree {
    fileprivate static let demo: JSONTree = [
        "type": "demo", "models": .array(ProviderConfiguration.demo.models.map { ["name": .string($0.name)] }),
    ]
}
