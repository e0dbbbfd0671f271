public import GatewayTypes
internal import Threading

/// The tiers of the configuration file, which win over stored ones of the same name. Replaced whole at each reload.
public final class ConfiguredTiers: Sendable {
    private let limits = Locked<[String: Limits]>([:])
    private let changes: CallerChanges

    init(changes: CallerChanges) { self.changes = changes }

    public func replace(with tiers: [TierConfiguration]) {
        let new = Dictionary(tiers.map { ($0.name, $0.limits) }, uniquingKeysWith: { first, _ in first })
        limits.withLock { $0 = new }
        changes.note()
    }

    /// In order of name.
    public var all: [TierConfiguration] {
        limits.withLock { $0 }.map { TierConfiguration(name: $0.key, limits: $0.value) }.sorted { $0.name < $1.name }
    }

    /// `nil` when the file does not define it.
    public func limits(of tier: String) -> Limits? { limits.withLock { $0[tier] } }
}
