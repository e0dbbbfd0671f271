internal import Crypto
internal import JSON
internal import SQLDatabase

/// A provider's key as the store has it: sealed with the master key.
public struct StoredCredential: Sendable, Equatable {
    public var provider: String
    /// Unique within its provider.
    public var id: String
    public var weight: Double
    /// Base 64 of the sealed key; only `CredentialVault` opens it.
    var sealed: String
    public var version: Int
    /// Unix milliseconds.
    public var createdAt: Int64
    public var updatedAt: Int64
}

extension StoredCredential: Audited {
    static let changeKind = ChangeKind.credential
    var changeObject: String { "\(provider)/\(id)" }

    func write(to json: inout JSONWriter) {
        json.member("provider", provider)
        json.member("id", id)
        json.member("weight", weight)
    }

    static let select = "SELECT provider, id, weight, sealed, version, created_at, updated_at FROM credentials"

    init(_ row: SQLRow) throws(SQLError) {
        provider = try row.text("provider")
        id = try row.text("id")
        weight = try row.double("weight")
        sealed = try row.text("sealed")
        version = try row.int("version")
        createdAt = Int64(try row.int("created_at"))
        updatedAt = Int64(try row.int("updated_at"))
    }
}
