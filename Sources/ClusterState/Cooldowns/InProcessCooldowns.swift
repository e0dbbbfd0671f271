public import GatewayTypes
internal import Synchronization
internal import Threading

/// Cooldowns of one process, behind one lock that all loops share. While nothing rests and nothing has failed, a read is
/// one load.
public final class InProcessCooldowns: CooldownStore {
    private let table = Locked(CooldownTable())
    private let entries = Atomic<Int>(0)
    private let now: @Sendable () -> Int64

    /// - Parameter now: the wall clock in Unix milliseconds.
    public init(now: @escaping @Sendable () -> Int64) { self.now = now }

    public func until(_ key: CooldownKey) -> Int64? {
        guard !isEmpty else { return nil }
        let time = now()
        return table.withLock { $0.until(key, at: time) }
    }

    public func cool(_ key: CooldownKey, for duration: Duration, reason: CooldownReason) {
        change { $0.cool(key, until: $1 + duration.wholeMilliseconds, reason: reason) }
    }

    public func begin(_ key: CooldownKey) -> BreakerPermit {
        guard !isEmpty else { return .free }
        return change { $0.begin(key, at: $1) }
    }

    public func fault(_ key: CooldownKey, base: Duration) {
        change { $0.fault(key, at: $1, base: base.wholeMilliseconds) }
    }

    public func success(_ key: CooldownKey) {
        guard !isEmpty else { return }
        change { $0.success(key, at: $1) }
    }

    public func release(_ key: CooldownKey) {
        guard !isEmpty else { return }
        change { table, _ in table.release(key) }
    }

    public func list() -> [Cooldown] { change { $0.list(at: $1) } }

    public func clear(_ key: CooldownKey) { change { table, _ in table.clear(key) } }

    public func clearAll() { change { table, _ in table = CooldownTable() } }

    private var isEmpty: Bool { entries.load(ordering: .relaxed) == 0 }

    private func change<Value>(_ body: (inout CooldownTable, Int64) -> Value) -> Value {
        let time = now()
        return table.withLock { table in
            let value = body(&table, time)
            table.prune(at: time)
            entries.store(table.count, ordering: .relaxed)
            return value
        }
    }
}

extension Duration {
    /// Rounded up, so that nothing is tried before its time.
    var wholeMilliseconds: Int64 {
        let (seconds, attoseconds) = components
        guard seconds < 1 << 40 else { return 1 << 50 }
        return seconds * 1000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
    }
}
