internal import ClusterState
internal import Configuration
internal import JSON
internal import Telemetry

/// The keys in a provider's fields, taken out of them and sealed: the fields are stored and shown without.
struct ProviderKeys: Sendable {
    private var edits: [(field: String, edit: CredentialEdit)] = []
    /// Whether the provider has exactly these afterwards.
    private var isWhole = false

    /// - Parameter fields: loses `api_key` and `credentials`.
    init(
        takenFrom fields: inout JSONTree, of provider: String, _ vault: CredentialVault
    ) throws(Problem) {
        var faults: [FieldFault] = []
        if let key = fields["api_key"], key != .null {
            let sealed = try Self.sealed(key, "api_key", provider, "default", vault, &faults)
            edits.append(("api_key", CredentialEdit(id: "default", key: sealed)))
        }
        if let list = fields["credentials"], list != .null {
            isWhole = true
            guard case .array(let entries) = list else {
                throw .invalid([FieldFault(field: "credentials", message: "must be an array of objects")])
            }
            for (index, entry) in entries.enumerated() {
                try take(entry, at: index, of: provider, vault, &faults)
            }
        }
        fields["api_key"] = nil
        fields["credentials"] = nil
        if Set(edits.map(\.edit.id)).count < edits.count {
            faults.append(FieldFault(field: "credentials", message: "each needs an id of its own"))
        }
        if !faults.isEmpty { throw .invalid(faults) }
    }

    private mutating func take(
        _ entry: JSONTree, at index: Int, of provider: String, _ vault: CredentialVault, _ faults: inout [FieldFault]
    ) throws(Problem) {
        let place = "credentials[\(index)]"
        guard case .object(let members) = entry else {
            return faults.append(FieldFault(field: place, message: "must be an object"))
        }
        for (name, _) in members where !["id", "api_key", "weight"].contains(name) {
            faults.append(FieldFault(field: "\(place).\(name)", message: "is not a field of this resource"))
        }
        let id = entry["id"]?.string ?? "key-\(index + 1)"
        if let fault = StoredRules.fault(ofName: id) {
            faults.append(FieldFault(field: "\(place).id", message: fault))
        }
        var edit = CredentialEdit(id: id)
        if let weight = entry["weight"], weight != .null {
            edit.weight = Self.weight(weight, "\(place).weight", &faults)
        }
        if let key = entry["api_key"], key != .null {
            edit.key = try Self.sealed(key, "\(place).api_key", provider, id, vault, &faults)
        }
        edits.append((place, edit))
    }

    /// - Returns: what is wrong: a new credential without a key.
    func apply(to stored: inout StoredObjects, of provider: String) -> Problem? {
        for (field, edit) in edits {
            if edit.key == nil, stored.credential(provider, edit.id) == nil {
                return .invalid([FieldFault(field: "\(field).api_key", message: "is required for a new credential")])
            }
            stored.put(edit, of: provider)
        }
        guard isWhole else { return nil }
        for credential in stored.credentials(of: provider) where !edits.contains(where: { $0.edit.id == credential.id })
        {
            stored.removeCredential(provider, credential.id)
        }
        return nil
    }

    /// The credentials that get a key here.
    var keysSet: Set<String> { Set(edits.filter { $0.edit.key != nil }.map(\.edit.id)) }

    // MARK: -

    static func weight(_ json: JSONTree, _ field: String, _ faults: inout [FieldFault]) -> Double? {
        if let weight = json.double, weight >= 0 { return weight }
        faults.append(FieldFault(field: field, message: "must be a number of at least 0"))
        return nil
    }

    /// - Returns: `nil` for what is wrong, which is then among the faults.
    static func sealed(
        _ json: JSONTree, _ field: String, _ provider: String, _ id: String, _ vault: CredentialVault,
        _ faults: inout [FieldFault]
    ) throws(Problem) -> SealedKey? {
        guard let key = json.string else {
            faults.append(FieldFault(field: field, message: "must be a string"))
            return nil
        }
        if let fault = StoredRules.fault(ofKey: key) {
            faults.append(FieldFault(field: field, message: fault))
            return nil
        }
        do throws(ControlStoreError) {
            return try vault.seal(Secret(key), provider: provider, id: id)
        } catch { throw Problem(error, of: "credential") }
    }
}
