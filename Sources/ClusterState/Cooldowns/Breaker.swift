/// Faults of one (provider, model): three in a row make it rest, then exactly one probe finds out whether it is back. A pure
/// value; times are Unix milliseconds.
struct Breaker: Sendable, Equatable {
    enum State: Sendable, Equatable {
        case closed(faults: Int)
        case open(until: Int64)
        /// `deadline` is when the probe counts as lost and another may be sent; `nil` while none is under way.
        case halfOpen(deadline: Int64?)
    }

    static let faultsToOpen = 3
    static let longestCooldown: Int64 = 30_000
    /// The longest that a try may take until its first token, and a little more.
    static let probeTime: Int64 = 65_000

    private(set) var state = State.closed(faults: 0)
    /// How often it has opened without a success in between.
    private(set) var openings = 0

    /// Nothing to remember.
    var isFresh: Bool { self == Breaker() }

    func until(at now: Int64) -> Int64? {
        switch state {
        case .closed: nil
        case .open(let until): until > now ? until : nil
        case .halfOpen(let deadline): deadline.flatMap { $0 > now ? $0 : nil }
        }
    }

    mutating func begin(at now: Int64) -> BreakerPermit {
        if let until = until(at: now) { return .resting(until: until) }
        if case .closed = state { return .free }
        state = .halfOpen(deadline: now + Self.probeTime)
        return .probe
    }

    /// - Returns: whether this has opened it.
    @discardableResult
    mutating func fault(at now: Int64, base: Int64) -> Bool {
        switch state {
        case .closed(let faults) where faults + 1 < Self.faultsToOpen:
            state = .closed(faults: faults + 1)
            return false
        // Tries that began before it opened tell nothing new.
        case .open(let until) where until > now: return false
        case .closed, .open, .halfOpen:
            open(at: now, base: base)
            return true
        }
    }

    /// - Note: while it rests, an answer to a try from before does not end the rest.
    /// - Returns: whether this has closed it.
    @discardableResult
    mutating func success(at now: Int64) -> Bool {
        if case .open(let until) = state, until > now { return false }
        let wasClosed = if case .closed = state { true } else { false }
        self = Breaker()
        return !wasClosed
    }

    mutating func release() {
        if case .halfOpen = state { state = .halfOpen(deadline: nil) }
    }

    // MARK: - What another node has found out

    mutating func opened(until: Int64, openings: Int) {
        state = .open(until: until)
        self.openings = openings
    }

    /// Another node's probe is under way.
    mutating func probed(until deadline: Int64) { state = .halfOpen(deadline: deadline) }

    private mutating func open(at now: Int64, base: Int64) {
        let most = max(Self.longestCooldown, base)
        let length = min(most, base << min(openings, 16))
        openings += 1
        state = .open(until: now + max(1, length))
    }
}
