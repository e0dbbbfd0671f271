extension EventLoop {
    /// Suspends the caller for `delay`. Called on the loop.
    /// - Throws: `CancellationError` as soon as the caller's task is cancelled.
    public func sleep(for delay: Duration) async throws(CancellationError) {
        let sleep = Sleep()
        await withTaskCancellationHandler {
            await withCheckedContinuation { caller in sleep.begin(on: self, for: delay, caller) }
        } onCancel: {
            execute { sleep.end() }
        }
        if Task.isCancelled { throw CancellationError() }
    }
}

/// `@unchecked Sendable`: every member is only touched on the thread of the loop that `begin` named.
private final class Sleep: @unchecked Sendable {
    private var timer: LoopTimer?
    private var caller: CheckedContinuation<Void, Never>?
    /// A task that is cancelled when it gets here sees the end before the beginning.
    private var hasEnded = false

    func begin(on loop: EventLoop, for delay: Duration, _ caller: CheckedContinuation<Void, Never>) {
        guard !hasEnded else { return caller.resume() }
        self.caller = caller
        let timer = LoopTimer(loop) { [unowned self] in end() }
        self.timer = timer
        timer.fire(after: delay)
    }

    func end() {
        hasEnded = true
        guard let caller else { return }
        self.caller = nil
        timer?.cancel()
        caller.resume()
    }
}
