public import GatewayTypes
internal import SQLDatabase

/// A tier as the store has it.
public struct StoredTier: Sendable {
    public var tier: TierConfiguration
    /// The number of the change that made it what it is.
    public var version: Int
}

extension StoredTier {
    static let select = "SELECT name, limits, \(ChangeLog.version(of: .tier, "tiers.name")) AS version FROM tiers"

    init(_ row: SQLRow) throws(SQLError) {
        tier = TierConfiguration(name: try row.text("name"), limits: try Limits(column: row.text("limits")))
        version = try row.int("version")
    }
}
