internal import Threading

/// Tells the other nodes that something has changed, so that they look before their next poll. A ring may get lost: the poll
/// finds out as well.
public protocol ConfigurationBell: Sendable {
    /// - Parameter version: the number of the change.
    func ring(_ version: Int)

    /// - Parameter body: called on any thread when it was rung, or may have been unheard; it must not wait.
    func onRing(_ body: @escaping @Sendable () -> Void) async
}

/// The bell of nodes that live in one process; one node alone hears itself.
public final class InProcessBell: ConfigurationBell {
    private let listeners = Locked<[@Sendable () -> Void]>([])

    public init() {}

    public func ring(_ version: Int) {
        for listener in listeners.withLock({ $0 }) { listener() }
    }

    public func onRing(_ body: @escaping @Sendable () -> Void) {
        listeners.withLock { $0.append(body) }
    }
}
