public import JSON
internal import SQLDatabase

/// A part of the configuration that is kept in the store: the fields of the configuration file, without its secrets.
public struct StoredObject: Sendable, Equatable {
    public enum Kind: String, Sendable, CaseIterable { case provider, rotation, autoselect, setting }

    public var kind: Kind
    /// The name in routes; unique within its kind.
    public var id: String
    /// The fields, as in the configuration file.
    public var body: JSONTree
    /// The number of the change that made it what it is.
    public var version: Int
    /// Unix milliseconds.
    public var createdAt: Int64
    public var updatedAt: Int64
}

extension StoredObject {
    static let select = "SELECT kind, id, body, version, created_at, updated_at FROM objects"

    /// - Returns: `nil` for a kind of a later release.
    init?(_ row: SQLRow) throws(SQLError) {
        guard let kind = Kind(rawValue: try row.text("kind")) else { return nil }
        self.kind = kind
        id = try row.text("id")
        body = (try? JSONTree(parsing: Array(try row.text("body").utf8))) ?? .null
        version = try row.int("version")
        createdAt = Int64(try row.int("created_at"))
        updatedAt = Int64(try row.int("updated_at"))
    }
}

extension StoredObject.Kind {
    /// As the audit log names it.
    public var changeKind: ChangeKind {
        switch self {
        case .provider: .provider
        case .rotation: .rotation
        case .autoselect: .autoselect
        case .setting: .setting
        }
    }
}
