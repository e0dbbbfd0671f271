/// Whether calls to a server make sense now: once it has failed, they fail at once until a probe has reached it again.
struct OutageGate {
    /// Why it was given up, for operators; `nil` while it answers.
    private(set) var reason: String?

    /// - Returns: true when this is the start of an outage, and somebody must probe.
    mutating func failed(_ reason: String) -> Bool {
        defer { self.reason = reason }
        return self.reason == nil
    }

    mutating func answered() { reason = nil }
}
