internal import CEvent
internal import Glibc

/// What a descriptor is ready for.
public struct Readiness: OptionSet, Sendable {
    public let rawValue: Int16
    public init(rawValue: Int16) { self.rawValue = rawValue }

    public static let read = Readiness(rawValue: Int16(EV_READ))
    public static let write = Readiness(rawValue: Int16(EV_WRITE))
    /// The peer has closed its sending side or the connection (`EPOLLRDHUP`), told without reading.
    public static let closed = Readiness(rawValue: Int16(EV_CLOSED))
}

/// A persistent, level-triggered interest in one descriptor. Made, used and released on the loop's thread; the descriptor
/// stays the caller's and must outlive the event. Starts disabled.
public final class DescriptorEvent {
    private let loop: EventLoop
    private let body: (Readiness) -> Void
    private var event: OpaquePointer!
    public private(set) var isEnabled = false

    /// - Parameter body: called on the loop; must not keep the event alive (capture its owner unowned or weak).
    public init(_ loop: EventLoop, descriptor: Int32, on interest: Readiness, _ body: @escaping (Readiness) -> Void) {
        loop.checkIsolated()
        self.loop = loop
        self.body = body
        event = event_new(
            loop.base, descriptor, interest.rawValue | Int16(EV_PERSIST),
            { _, what, context in
                let event = Unmanaged<DescriptorEvent>.fromOpaque(context!).takeUnretainedValue()
                event.loop.dispatch { event.body(Readiness(rawValue: what)) }
            }, Unmanaged.passUnretained(self).toOpaque())
    }

    deinit { event_free(event) }  // also removes it from the loop

    public func enable() {
        guard !isEnabled else { return }
        isEnabled = true
        event_add(event, nil)
    }

    public func disable() {
        guard isEnabled else { return }
        isEnabled = false
        event_del(event)
    }
}
