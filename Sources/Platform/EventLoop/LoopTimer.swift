internal import CEvent
internal import Glibc

/// A one-shot timer of one loop, to be set again and again. Made, used and released on the loop's thread.
public final class LoopTimer {
    private let loop: EventLoop
    private let body: () -> Void
    private var event: OpaquePointer!

    /// - Parameter body: called on the loop; must not keep the timer alive (capture its owner unowned or weak).
    public init(_ loop: EventLoop, _ body: @escaping () -> Void) {
        loop.checkIsolated()
        self.loop = loop
        self.body = body
        event = event_new(
            loop.base, -1, 0,
            { _, _, context in
                let timer = Unmanaged<LoopTimer>.fromOpaque(context!).takeUnretainedValue()
                timer.loop.dispatch { timer.body() }
            },
            Unmanaged.passUnretained(self).toOpaque())
    }

    deinit { event_free(event) }

    /// Fires once after `delay`, in place of any earlier setting. A delay of zero or less fires in this turn of the loop.
    public func fire(after delay: Duration) {
        guard delay > .zero else {
            event_active(event, Int32(EV_TIMEOUT), 0)
            return
        }
        let (seconds, attoseconds) = delay.components
        var interval = timeval(tv_sec: Int(seconds), tv_usec: Int(attoseconds / 1_000_000_000_000))
        event_add(event, &interval)
    }

    public func cancel() { event_del(event) }
}
