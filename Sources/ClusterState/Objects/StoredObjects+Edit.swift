public import JSON

/// How a change of the stored configuration is described before it is written: as what there will be.
extension StoredObjects {
    /// Makes the object or replaces its fields.
    public mutating func put(_ kind: StoredObject.Kind, _ id: String, _ body: JSONTree) {
        if let position = objects.firstIndex(where: { $0.kind == kind && $0.id == id }) {
            objects[position].body = body
        } else {
            objects.append(StoredObject(kind: kind, id: id, body: body, version: 0, createdAt: 0, updatedAt: 0))
        }
    }

    /// Removes the object; a provider with its credentials.
    public mutating func remove(_ kind: StoredObject.Kind, _ id: String) {
        objects.removeAll { $0.kind == kind && $0.id == id }
        if kind == .provider { credentials.removeAll { $0.provider == id } }
    }

    public func credential(_ provider: String, _ id: String) -> StoredCredential? {
        credentials.first { $0.provider == provider && $0.id == id }
    }

    /// Makes the credential or replaces what is not `nil`.
    public mutating func put(_ credential: CredentialEdit, of provider: String) {
        if let position = credentials.firstIndex(where: { $0.provider == provider && $0.id == credential.id }) {
            if let weight = credential.weight { credentials[position].weight = weight }
            if let key = credential.key { credentials[position].sealed = key.text }
        } else if let key = credential.key {
            credentials.append(
                StoredCredential(
                    provider: provider, id: credential.id, weight: credential.weight ?? 1, sealed: key.text, version: 0,
                    createdAt: 0, updatedAt: 0))
        }
    }

    public mutating func removeCredential(_ provider: String, _ id: String) {
        credentials.removeAll { $0.provider == provider && $0.id == id }
    }
}

/// What is to be stored of a credential; `nil` is kept as it is.
public struct CredentialEdit: Sendable {
    public var id: String
    public var weight: Double?
    public var key: SealedKey?

    public init(id: String, weight: Double? = nil, key: SealedKey? = nil) {
        self.id = id
        self.weight = weight
        self.key = key
    }
}

/// A key as `CredentialVault.seal` gives it.
public struct SealedKey: Sendable {
    let text: String
}
