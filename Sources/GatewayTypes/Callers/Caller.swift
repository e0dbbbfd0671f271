/// Who asks: a user, through one of the user's tokens, under a tier. An object, as every request of the token is handed the
/// same.
public final class Caller: Sendable {
    public enum Role: String, Sendable, CaseIterable { case admin, `operator`, auditor, user }
    public enum Scope: String, Sendable, CaseIterable { case inference, admin }

    public let userID: String
    public let username: String
    public let role: Role
    /// `nil` for the token of the environment (`SWITCHYARD_ADMIN_TOKEN`).
    public let tokenID: String?
    public let scopes: Set<Scope>
    /// Model names or `prefix*` patterns this token may use; empty means all.
    public let models: [String]
    /// CIDR blocks this token may come from; empty means all.
    public let allowedAddresses: [String]
    /// Unix milliseconds; `nil` means never.
    public let expiresAt: Int64?
    /// The tier's name; limits count per tier member, that is per user.
    public let tier: String?
    public let tokenLimits: Limits
    public let userLimits: Limits
    public let tierLimits: Limits
    /// What a request of this caller counts against, the narrowest first. Owners without limits are left out.
    public let limitSubjects: [LimitSubject]

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
        var subjects: [LimitSubject] = []
        if let tokenID, !tokenLimits.isEmpty {
            subjects.append(LimitSubject(owner: .token, id: tokenID, limits: tokenLimits))
        }
        if !userLimits.isEmpty { subjects.append(LimitSubject(owner: .user, id: userID, limits: userLimits)) }
        if let tier, !tierLimits.isEmpty {
            subjects.append(LimitSubject(owner: .tier, id: "\(tier):\(userID)", limits: tierLimits))
        }
        limitSubjects = subjects
    }
}
