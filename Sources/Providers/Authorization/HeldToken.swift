/// A token with the times that matter: when it is renewed, and when it ends.
struct HeldToken: Sendable, Equatable {
    enum State: Sendable, Equatable {
        case fresh
        /// Still good, and time to fetch another.
        case ending
        case ended
    }

    let text: String
    private let renewal: ContinuousClock.Instant
    private let end: ContinuousClock.Instant

    /// A token is renewed in the last five minutes of its life, or the last quarter of a short one, and not used in its last
    /// ten seconds, or last tenth: a request takes its time to arrive.
    init(_ answer: GoogleTokenAnswer.Token, at now: ContinuousClock.Instant) {
        text = answer.text
        end = now + answer.life - min(.seconds(10), answer.life / 10)
        renewal = now + answer.life - min(.seconds(300), answer.life / 4)
    }

    func state(at now: ContinuousClock.Instant) -> State {
        if now >= end { return .ended }
        return now >= renewal ? .ending : .fresh
    }
}
