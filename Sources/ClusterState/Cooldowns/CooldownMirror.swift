internal import Synchronization
internal import Threading

/// The cooldowns that a process knows of, behind one lock that all loops share. While nothing rests and nothing has failed,
/// a read is one load.
final class CooldownMirror: Sendable {
    private let table = Locked(CooldownTable())
    private let entries = Atomic<Int>(0)
    private let now: @Sendable () -> Int64

    /// - Parameter now: the wall clock in Unix milliseconds.
    init(now: @escaping @Sendable () -> Int64) { self.now = now }

    var isEmpty: Bool { entries.load(ordering: .relaxed) == 0 }

    func read<Value>(_ body: (CooldownTable, Int64) -> Value) -> Value {
        let time = now()
        return table.withLock { body($0, time) }
    }

    @discardableResult
    func change<Value>(_ body: (inout CooldownTable, Int64) -> Value) -> Value {
        let time = now()
        return table.withLock { table in
            let value = body(&table, time)
            table.prune(at: time)
            entries.store(table.count, ordering: .relaxed)
            return value
        }
    }
}
