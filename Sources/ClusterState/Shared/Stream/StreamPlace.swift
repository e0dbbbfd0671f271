/// The id of an entry of a stream, as Redis gives them: Unix milliseconds and a number within them. Later entries have
/// greater ones.
struct StreamPlace: Comparable, Sendable {
    private let time: UInt64
    private let number: UInt64

    /// - Returns: `nil` for text that is no id.
    init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, let time = UInt64(parts[0]), let number = UInt64(parts[1]) else { return nil }
        self.time = time
        self.number = number
    }

    /// As Redis writes it.
    var text: String { "\(time)-\(number)" }

    /// The first place behind it, as Redis writes it.
    var next: String { "\(time)-\(number + 1)" }

    static func < (one: StreamPlace, other: StreamPlace) -> Bool {
        (one.time, one.number) < (other.time, other.number)
    }
}
