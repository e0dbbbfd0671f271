internal import Crypto
public import GatewayTypes
internal import JSON
internal import SQLDatabase

/// A token as the store has it: its text is known to its owner alone.
public struct StoredToken: Sendable, Equatable {
    public var id: String
    public var userID: String
    public var username: String
    public var name: String
    /// The first characters of the text, to tell tokens apart.
    public var prefix: String
    public var scopes: Set<Caller.Scope>
    /// Model names or `prefix*` patterns; empty means all.
    public var models: [String]
    /// CIDR blocks; empty means all.
    public var allowedAddresses: [String]
    /// Unix milliseconds.
    public var expiresAt: Int64?
    public var limits: Limits
    public var createdAt: Int64
    /// Unix milliseconds.
    public var revokedAt: Int64?
    /// The number of the change that made it what it is.
    public var version: Int
}

public struct NewToken: Sendable {
    /// A username or a user's id.
    public var user: String
    public var name: String
    public var scopes: Set<Caller.Scope>
    public var models: [String]
    public var allowedAddresses: [String]
    /// Unix milliseconds.
    public var expiresAt: Int64?
    public var limits: Limits

    public init(
        user: String, name: String, scopes: Set<Caller.Scope> = [.inference], models: [String] = [],
        allowedAddresses: [String] = [], expiresAt: Int64? = nil, limits: Limits = Limits()
    ) {
        self.user = user
        self.name = name
        self.scopes = scopes
        self.models = models
        self.allowedAddresses = allowedAddresses
        self.expiresAt = expiresAt
        self.limits = limits
    }
}

public struct TokenPatch: Sendable {
    public var name: Change<String> = .keep
    public var scopes: Change<Set<Caller.Scope>> = .keep
    public var models: Change<[String]> = .keep
    public var allowedAddresses: Change<[String]> = .keep
    public var expiresAt: Change<Int64?> = .keep
    public var limits: Change<Limits> = .keep
    /// The zone of the limits, which change apart from it.
    public var zone: Change<String?> = .keep

    public init() {}
}

extension StoredToken {
    static let select = """
        SELECT t.id AS id, t.user_id AS user_id, u.username AS username, t.name AS name, t.prefix AS prefix,
            t.scopes AS scopes, t.models AS models, t.ip_allow AS ip_allow, t.expires_at AS expires_at,
            t.limits AS limits, t.created_at AS created_at, t.revoked_at AS revoked_at,
            \(ChangeLog.version(of: .token, "t.id")) AS version
        FROM tokens t JOIN users u ON u.id = t.user_id
        """

    init(_ row: SQLRow) throws(SQLError) {
        id = try row.text("id")
        userID = try row.text("user_id")
        username = try row.text("username")
        name = try row.text("name")
        prefix = try row.text("prefix")
        scopes = Set(try row.strings("scopes").compactMap { Caller.Scope(rawValue: $0) })
        models = try row.strings("models")
        allowedAddresses = try row.strings("ip_allow")
        expiresAt = try row.optionalInt("expires_at").map { Int64($0) }
        limits = try Limits(column: row.text("limits"))
        createdAt = Int64(try row.int("created_at"))
        revokedAt = try row.optionalInt("revoked_at").map { Int64($0) }
        version = try row.int("version")
    }
}

extension SQLRow {
    /// A column that holds a JSON array of strings.
    func strings(_ column: String) throws(SQLError) -> [String] {
        guard let json = try? JSONValue.parse(Array(try text(column).utf8)) else {
            throw .misuse("column \(column) is no JSON")
        }
        return json.elements.compactMap(\.string)
    }
}

extension SQLValue {
    /// A JSON array of strings.
    init(strings: [String]) {
        self = .text(String(decoding: JSONWriter.bytes { $0.strings(strings) }, as: UTF8.self))
    }

    init(scopes: Set<Caller.Scope>) { self.init(strings: scopes.map(\.rawValue).sorted()) }
}
