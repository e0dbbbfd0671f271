internal import Synchronization

/// Learns the number of the change that a store's write has made.
public final class ChangeReceipt: Sendable {
    private let newest = Atomic<Int>(0)

    public init() {}

    /// `nil` as long as nothing was changed.
    public var version: Int? {
        let number = newest.load(ordering: .acquiring)
        return number == 0 ? nil : number
    }

    func note(_ number: Int) { newest.store(number, ordering: .releasing) }
}
