/// When one transfer has taken too long, and for which reason. A pure value: the time comes in.
struct TransferDeadlines {
    private let firstByte: Moment?
    private let total: Moment?
    private let idleLimit: Duration?
    private var lastByte: Moment
    private var hasBegun = false
    private var isPaused = false
    /// Set by the reader while it waits for something of its own in the body, such as a first token.
    var milestone: Moment?

    init(start: Moment, firstByte: Duration?, idle: Duration?, total: Duration?) {
        self.firstByte = firstByte.map { start + $0 }
        self.total = total.map { start + $0 }
        idleLimit = idle
        lastByte = start
    }

    /// Whether bytes need to be reported at all.
    var countsSilence: Bool { idleLimit != nil }

    /// The first byte of the final answer is here: silence counts from now on.
    mutating func answerBegins(at now: Moment) {
        hasBegun = true
        lastByte = now
    }

    mutating func byte(at now: Moment) { lastByte = now }

    mutating func pause() { isPaused = true }

    mutating func resume(at now: Moment) {
        isPaused = false
        lastByte = now
    }

    /// The earliest moment at which anything can be too late.
    var next: Moment? {
        Self.earlier(Self.earlier(total, silence), milestone)
    }

    private static func earlier(_ one: Moment?, _ other: Moment?) -> Moment? {
        guard let one, let other else { return one ?? other }
        return min(one, other)
    }

    /// What is too late at `now`.
    func expired(at now: Moment) -> HTTPClientError? {
        if let total, total <= now { return .totalTimedOut }
        if let milestone, milestone <= now { return .firstByteTimedOut }
        if let silence, silence <= now { return hasBegun ? .idleTimedOut : .firstByteTimedOut }
        return nil
    }

    private var silence: Moment? {
        guard hasBegun else { return firstByte }
        guard let idleLimit, !isPaused else { return nil }
        return lastByte + idleLimit
    }
}
