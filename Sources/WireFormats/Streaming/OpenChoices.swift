internal import GatewayTypes

/// Which choices of one answer have begun and not ended: a stream that ends with one open was cut.
///
/// Choices from 64 on are not watched; no provider gives that many.
struct OpenChoices: Sendable {
    private var begun: UInt64 = 0
    private var ended: UInt64 = 0

    /// Whether at least one choice has ended and none is open.
    var areComplete: Bool { ended != 0 && begun & ~ended == 0 }

    /// Those that have begun and not ended.
    var open: [Int] { (0..<64).filter { (begun & ~ended) >> UInt64($0) & 1 == 1 } }

    /// Takes note of the choice an event is about.
    mutating func note(_ event: ModelEvent) {
        guard let choice = event.choice else { return }
        if case .finish = event { end(choice) } else { begin(choice) }
    }

    mutating func begin(_ choice: Int) {
        if choice >= 0, choice < 64 { begun |= 1 << UInt64(choice) }
    }

    mutating func end(_ choice: Int) {
        begin(choice)
        if choice >= 0, choice < 64 { ended |= 1 << UInt64(choice) }
    }
}
