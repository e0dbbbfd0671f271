internal import EventLoop

extension EventLoop {
    /// Runs what blocks on a thread of its own. Called on the loop, seldom: a thread for each call.
    /// - Returns: `nil` when the system gave no thread.
    func offLoop<Value: Sendable>(name: String, _ body: @escaping @Sendable () -> Value) async -> Value? {
        await withCheckedContinuation { caller in
            let started = Thread.start(name: name) { caller.resume(returning: body()) }
            if !started { caller.resume(returning: nil) }
        }
    }

    /// Waits until a descriptor is ready. Called on the loop.
    /// - Returns: false when it was not within `limit`.
    func isReady(_ descriptor: Int32, for readiness: Readiness, within limit: Duration) async -> Bool {
        let wait = DescriptorWait()
        return await withCheckedContinuation { wait.begin(on: self, descriptor, readiness, limit, $0) }
    }
}

/// `@unchecked Sendable`: only touched on the thread of the loop that `begin` named.
private final class DescriptorWait: @unchecked Sendable {
    private var event: DescriptorEvent?
    private var timer: LoopTimer?
    private var caller: CheckedContinuation<Bool, Never>?

    func begin(
        on loop: EventLoop, _ descriptor: Int32, _ readiness: Readiness, _ limit: Duration,
        _ caller: CheckedContinuation<Bool, Never>
    ) {
        self.caller = caller
        let event = DescriptorEvent(loop, descriptor: descriptor, on: readiness) { [unowned self] _ in end(true) }
        let timer = LoopTimer(loop) { [unowned self] in end(false) }
        self.event = event
        self.timer = timer
        event.enable()
        timer.fire(after: limit)
    }

    private func end(_ isReady: Bool) {
        guard let caller else { return }
        self.caller = nil
        event?.disable()
        timer?.cancel()
        caller.resume(returning: isReady)
    }
}
