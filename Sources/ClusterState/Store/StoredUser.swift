public import GatewayTypes
internal import SQLDatabase

/// A user as the store has it. The password's hash never leaves the store.
public struct StoredUser: Sendable, Equatable {
    public var id: String
    public var username: String
    public var email: String?
    public var role: Caller.Role
    public var tier: String?
    public var limits: Limits
    /// Unix milliseconds; a disabled user's tokens are refused.
    public var disabledAt: Int64?
    public var createdAt: Int64
    public var hasPassword: Bool
    /// The number of the change that made it what it is.
    public var version: Int
}

public struct NewUser: Sendable {
    public var username: String
    public var email: String?
    public var password: String?
    public var role: Caller.Role
    public var tier: String?
    public var limits: Limits

    public init(
        username: String, email: String? = nil, password: String? = nil, role: Caller.Role = .user,
        tier: String? = nil, limits: Limits = Limits()
    ) {
        self.username = username
        self.email = email
        self.password = password
        self.role = role
        self.tier = tier
        self.limits = limits
    }
}

/// What a PATCH changes; `keep` is what it does not mention.
public enum Change<Value: Sendable>: Sendable {
    case keep
    case set(Value)

    func applied(to old: Value) -> Value {
        switch self {
        case .keep: old
        case .set(let new): new
        }
    }
}

public struct UserPatch: Sendable {
    public var email: Change<String?> = .keep
    public var password: Change<String> = .keep
    public var role: Change<Caller.Role> = .keep
    public var tier: Change<String?> = .keep
    public var limits: Change<Limits> = .keep
    public var isDisabled: Change<Bool> = .keep

    public init() {}
}

extension StoredUser {
    static let select = """
        SELECT id, username, email, password_hash IS NOT NULL AS has_password, role, tier, limits, disabled_at, created_at,
            \(ChangeLog.version(of: .user, "users.id")) AS version
        FROM users
        """

    init(_ row: SQLRow) throws(SQLError) {
        id = try row.text("id")
        username = try row.text("username")
        email = try row.optionalText("email")
        role = try Caller.Role(stored: row.text("role"))
        tier = try row.optionalText("tier")
        limits = try Limits(column: row.text("limits"))
        disabledAt = try row.optionalInt("disabled_at").map { Int64($0) }
        createdAt = Int64(try row.int("created_at"))
        hasPassword = try row.bool("has_password")
        version = try row.int("version")
    }
}

extension Caller.Role {
    init(stored text: String) throws(SQLError) {
        guard let role = Caller.Role(rawValue: text) else { throw .misuse("unknown role in the store: \(text)") }
        self = role
    }
}

extension Limits {
    /// - Throws: `misuse`: only this module writes the column.
    init(column text: String) throws(SQLError) {
        do throws(ControlStoreError) {
            self = try Limits(stored: text)
        } catch { throw .misuse("limits in the store cannot be read: \(text)") }
    }
}
