/// Who asks: a user, through one of the user's tokens, under a tier.
public struct Caller: Sendable, Equatable {
    public enum Role: String, Sendable, CaseIterable { case admin, `operator`, auditor, user }
    public enum Scope: String, Sendable, CaseIterable { case inference, admin }

    public var userID: String
    public var username: String
    public var role: Role
    /// `nil` for the token of the environment (`SWITCHYARD_ADMIN_TOKEN`).
    public var tokenID: String?
    public var scopes: Set<Scope>
    /// Model names or `prefix*` patterns this token may use; empty means all.
    public var models: [String]
    /// CIDR blocks this token may come from; empty means all.
    public var allowedAddresses: [String]
    /// Unix milliseconds; `nil` means never.
    public var expiresAt: Int64?
    /// The tier's name; limits count per tier member, that is per user.
    public var tier: String?
    public var tokenLimits: Limits
    public var userLimits: Limits
    public var tierLimits: Limits

    public init(
        userID: String, username: String, role: Role, tokenID: String?, scopes: Set<Scope>, models: [String] = [],
        allowedAddresses: [String] = [], expiresAt: Int64? = nil, tier: String? = nil, tokenLimits: Limits = Limits(),
        userLimits: Limits = Limits(), tierLimits: Limits = Limits()
    ) {
        self.userID = userID
        self.username = username
        self.role = role
        self.tokenID = tokenID
        self.scopes = scopes
        self.models = models
        self.allowedAddresses = allowedAddresses
        self.expiresAt = expiresAt
        self.tier = tier
        self.tokenLimits = tokenLimits
        self.userLimits = userLimits
        self.tierLimits = tierLimits
    }
}
