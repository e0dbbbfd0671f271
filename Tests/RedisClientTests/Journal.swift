import Threading

/// What happened, in order, for a test to wait for.
///
/// `@unchecked Sendable`: every member is guarded by `lock`.
final class Journal<Event: Sendable>: @unchecked Sendable {
    private let lock = ThreadLock()
    private var events: [Event] = []
    private var waiting: [(wanted: @Sendable (Event) -> Bool, caller: CheckedContinuation<Event, Never>)] = []

    func add(_ event: Event) {
        let ready = lock.withLock { () -> [CheckedContinuation<Event, Never>] in
            let ready = waiting.filter { $0.wanted(event) }.map(\.caller)
            waiting.removeAll { $0.wanted(event) }
            events.append(event)
            return ready
        }
        for caller in ready { caller.resume(returning: event) }
    }

    var all: [Event] { lock.withLock { events } }

    /// The first event after the first `skipped` ones that is wanted, as soon as there is one.
    @discardableResult
    func first(after skipped: Int = 0, where wanted: @escaping @Sendable (Event) -> Bool) async -> Event {
        await withCheckedContinuation { caller in
            let known = lock.withLock { () -> Event? in
                if let event = events.dropFirst(skipped).first(where: wanted) { return event }
                waiting.append((wanted, caller))
                return nil
            }
            if let known { caller.resume(returning: known) }
        }
    }
}
