internal import GatewayTypes
internal import SQLDatabase

/// Somebody whose requests are limited.
struct LimitedOwner {
    var owner: LimitLedger.Owner
    var user: String
    var zone: String?

    /// Where the ledger has the owner's requests. A member of a tier has used what its user has.
    var column: SeedSums.Column { owner.kind == .token ? .token : .user }
    var id: String { owner.kind == .token ? owner.id : user }

    static func all(_ configured: ConfiguredTiers, _ connection: SQLConnection) throws(SQLError) -> [LimitedOwner] {
        var tiers: [String: Limits] = [:]
        try connection.each("SELECT name, limits FROM tiers") { row throws(SQLError) in
            tiers[try row.text("name")] = try Limits(column: row.text("limits"))
        }
        for tier in configured.all { tiers[tier.name] = tier.limits }
        var owners: [LimitedOwner] = []
        func add(_ kind: LimitOwner, _ id: String, _ user: String, _ limits: Limits?) {
            guard let limits, !limits.isEmpty else { return }
            owners.append(LimitedOwner(owner: .init(kind: kind, id: id), user: user, zone: limits.zone))
        }
        try connection.each("SELECT id, tier, limits FROM users") { row throws(SQLError) in
            let id = try row.text("id")
            add(.user, id, id, try Limits(column: row.text("limits")))
            if let tier = try row.optionalText("tier") { add(.tier, "\(tier):\(id)", id, tiers[tier]) }
        }
        let tokens = "SELECT id, user_id, limits FROM tokens WHERE revoked_at IS NULL AND limits <> '{}'"
        try connection.each(tokens) { row throws(SQLError) in
            add(.token, try row.text("id"), try row.text("user_id"), try Limits(column: row.text("limits")))
        }
        return owners
    }
}
