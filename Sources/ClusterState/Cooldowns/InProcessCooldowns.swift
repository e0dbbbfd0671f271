public import GatewayTypes

/// Cooldowns of one process.
public final class InProcessCooldowns: CooldownStore {
    private let mirror: CooldownMirror

    /// - Parameter now: the wall clock in Unix milliseconds.
    public init(now: @escaping @Sendable () -> Int64) { mirror = CooldownMirror(now: now) }

    public func until(_ key: CooldownKey) -> Int64? {
        mirror.isEmpty ? nil : mirror.read { $0.until(key, at: $1) }
    }

    public func cool(_ key: CooldownKey, for duration: Duration, reason: CooldownReason) {
        mirror.change { $0.cool(key, until: $1 + duration.wholeMilliseconds, reason: reason) }
    }

    public func begin(_ key: CooldownKey) -> BreakerPermit {
        mirror.isEmpty ? .free : mirror.change { $0.begin(key, at: $1) }
    }

    public func fault(_ key: CooldownKey, base: Duration) {
        mirror.change { $0.fault(key, at: $1, base: base.wholeMilliseconds) }
    }

    public func success(_ key: CooldownKey) {
        guard !mirror.isEmpty else { return }
        mirror.change { $0.success(key, at: $1) }
    }

    public func release(_ key: CooldownKey) {
        guard !mirror.isEmpty else { return }
        mirror.change { table, _ in table.release(key) }
    }

    public func list() -> [Cooldown] { mirror.change { $0.list(at: $1) } }

    public func clear(_ key: CooldownKey) { mirror.change { table, _ in table.clear(key) } }

    public func clearAll() { mirror.change { table, _ in table = CooldownTable() } }
}

extension Duration {
    /// Rounded up, so that nothing is tried before its time.
    var wholeMilliseconds: Int64 {
        let (seconds, attoseconds) = components
        guard seconds < 1 << 40 else { return 1 << 50 }
        return seconds * 1000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
    }
}
