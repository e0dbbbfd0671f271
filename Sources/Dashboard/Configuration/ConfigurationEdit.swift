internal import ClusterState
internal import Configuration
internal import HTTPTypes

/// A change of the stored configuration on its way through the rules, inside the store's transaction.
struct ConfigurationEdit: Sendable {
    let composer: ConfigurationComposer

    /// Why `new` must not be stored: the object is not right, or another one would no longer be.
    /// - Parameter field: how the answer calls a field of the object.
    func refusal(
        of kind: StoredObject.Kind, _ id: String, from old: StoredObjects, to new: StoredObjects,
        field: (String) -> String = { $0 }
    ) -> Problem? {
        let after = composer.compose(new)
        if let fault = after.fault(of: kind, id) {
            return .invalid(fault.problems.map { FieldFault(field: field($0.field), message: $0.message) })
        }
        guard !after.faults.isEmpty else { return nil }
        let before = composer.compose(old)
        // What was broken before is not this change's doing.
        guard let broken = after.faults.first(where: { before.fault(of: $0.kind, $0.id) == nil }) else { return nil }
        return .conflict(FieldFault(field: "id", message: "is in use by \(broken.text)"))
    }
}

/// What `If-Match` says: the version that the caller has seen.
struct IfMatch: Sendable {
    let versions: [Int]

    /// `nil` without the header, or when it is `*`.
    init?(_ request: AdminRequest) {
        guard let value = request.headers["if-match"], value != "*" else { return nil }
        versions = value.split(separator: ",").compactMap { tag in Int(tag.filter { $0 != " " && $0 != "\"" }) }
    }

    func refusal(of version: Int?) -> Problem? {
        version.map(versions.contains) == true ? nil : .preconditionFailed(version)
    }
}
