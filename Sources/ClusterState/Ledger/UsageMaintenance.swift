public import SQLDatabase

/// Sums up the hours that are over and removes rows that are too old, once a minute. Every node runs it; one at a time does it
/// for all.
public struct UsageMaintenance: Sendable {
    private let ledger: UsageLedger
    private let owner: String
    private let now: @Sendable () -> Int64
    private let retention: @Sendable () -> Duration?
    private let onFailure: @Sendable (SQLError) -> Void

    /// - Parameters:
    ///   - owner: this process, among all of all nodes.
    ///   - now: the wall clock in Unix milliseconds.
    ///   - retention: how long rows are kept; `nil` is for ever. Asked each time, as the configuration may change.
    ///   - onFailure: told why it could not be done now; it is tried again.
    public init(
        ledger: UsageLedger, owner: String, now: @escaping @Sendable () -> Int64,
        retention: @escaping @Sendable () -> Duration?,
        onFailure: @escaping @Sendable (SQLError) -> Void
    ) {
        self.ledger = ledger
        self.owner = owner
        self.now = now
        self.retention = retention
        self.onFailure = onFailure
    }

    /// Until its task is cancelled.
    public func run() async {
        // Nodes that start together need not meet.
        try? await Task.sleep(for: .milliseconds(Int.random(in: 1000...10_000)))
        while !Task.isCancelled {
            do throws(SQLError) {
                try await once()
            } catch {
                onFailure(error)
            }
            try? await Task.sleep(for: .seconds(60))
        }
    }

    /// - Returns: false when it is another node's turn.
    @discardableResult
    func once() async throws(SQLError) -> Bool {
        guard try await ledger.takeMaintenance(for: owner, at: now()) else { return false }
        try await ledger.sumUpHours(now: now())
        guard let retention = retention() else { return true }
        try await ledger.prune(before: now() - Int64(retention / .milliseconds(1)))
        return true
    }
}
