public import JSON
internal import SQLDatabase

/// How the audit log tells a change of the stored configuration. The trees hold no secret.
public struct ObjectChange: Sendable {
    public var action: ChangeAction
    public var kind: ChangeKind
    public var object: String
    public var before: JSONTree?
    public var after: JSONTree?

    public init(_ action: ChangeAction, _ kind: ChangeKind, _ object: String, before: JSONTree?, after: JSONTree?) {
        self.action = action
        self.kind = kind
        self.object = object
        self.before = before
        self.after = after
    }
}

extension ControlStore {
    public func objects() async throws(ControlStoreError) -> StoredObjects {
        try await read { connection throws(SQLError) in try StoredObjects.read(connection) }
    }

    /// Changes the stored configuration: `body` gets what there is and makes it what there shall be, in one transaction that no
    /// other writer can come between, so what it has checked still holds when it is written.
    /// - Returns: what there is now, or the refusal of `body`; then nothing was changed.
    public func edit<Refusal: Error>(
        _ body: @Sendable (inout StoredObjects) -> Result<ObjectChange, Refusal>
    ) async throws(ControlStoreError) -> Result<StoredObjects, Refusal> {
        let time = now()
        return try await attempt { connection, number throws(SQLError) in
            let old = try StoredObjects.read(connection)
            var new = old
            switch body(&new) {
            case .failure(let refusal): return .failure(refusal)
            case .success(let change):
                try new.write(over: old, number, at: time, connection)
                let draft = ChangeDraft(
                    change.action, change.kind, change.object, before: change.before?.text, after: change.after?.text)
                return .success(Written(try StoredObjects.read(connection), draft))
            }
        }
    }
}

extension JSONTree {
    fileprivate var text: String { String(decoding: bytes, as: UTF8.self) }
}

extension StoredObjects {
    /// Writes what differs from `old`.
    fileprivate func write(
        over old: StoredObjects, _ number: Int, at time: Int64, _ connection: SQLConnection
    ) throws(SQLError) {
        for object in old.objects where self.object(object.kind, object.id) == nil {
            try connection.execute(
                "DELETE FROM objects WHERE kind = ? AND id = ?", .text(object.kind.rawValue), .text(object.id))
        }
        for object in objects where old.object(object.kind, object.id)?.body != object.body {
            let upsert = connection.dialect.insert(
                into: "objects", ["kind", "id", "body", "version", "created_at", "updated_at"],
                onCollision: .updates(key: ["kind", "id"]))
            let createdAt = old.object(object.kind, object.id)?.createdAt ?? time
            try connection.execute(
                upsert, .text(object.kind.rawValue), .text(object.id), .text(object.body.text), SQLValue(number),
                .integer(createdAt), .integer(time))
        }
        for credential in old.credentials where self.credential(credential.provider, credential.id) == nil {
            try connection.execute(
                "DELETE FROM credentials WHERE provider = ? AND id = ?", .text(credential.provider),
                .text(credential.id))
        }
        for credential in credentials where old.credential(credential.provider, credential.id) != credential {
            let upsert = connection.dialect.insert(
                into: "credentials", ["provider", "id", "weight", "sealed", "version", "created_at", "updated_at"],
                onCollision: .updates(key: ["provider", "id"]))
            let createdAt = old.credential(credential.provider, credential.id)?.createdAt ?? time
            try connection.execute(
                upsert, .text(credential.provider), .text(credential.id), .double(credential.weight),
                .text(credential.sealed), SQLValue(number), .integer(createdAt), .integer(time))
        }
    }
}
