internal import EventLoop

/// A timer whose deadline moves often: moving it later or removing it costs a store, because the timer below is left to
/// fire early and looks again. Used on the loop's thread only.
final class DeadlineTimer {
    private let body: () -> Void
    private var timer: LoopTimer!
    private var deadline: Moment?
    private var armedFor: Moment?

    /// - Parameter body: called on the loop when the deadline is past, which is then gone.
    init(_ loop: EventLoop, _ body: @escaping () -> Void) {
        self.body = body
        timer = LoopTimer(loop) { [unowned self] in fired() }
    }

    /// Sets, moves or (`nil`) removes the deadline.
    func set(_ deadline: Moment?) {
        self.deadline = deadline
        guard let deadline else { return }
        if let armedFor, armedFor <= deadline { return }
        arm(for: deadline, at: .now)
    }

    private func arm(for deadline: Moment, at now: Moment) {
        armedFor = deadline
        timer.fire(after: max(deadline - now, .zero))
    }

    private func fired() {
        armedFor = nil
        guard let deadline else { return }
        let now = Moment.now
        guard deadline <= now else { return arm(for: deadline, at: now) }
        self.deadline = nil
        body()
    }
}
