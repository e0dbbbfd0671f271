internal import Glibc
internal import Threading

/// The process's signals, handed to one thread that also looks at the configuration file once a second.
///
/// Handlers and a pipe rather than a blocked mask and `sigwait`: libdispatch parks the main thread with every signal let in.
enum Signals {
    enum Event: Sendable { case stop, reload, second }

    /// Written once, before the handlers that read it are in place.
    nonisolated(unsafe) private static var pipeEnd: Int32 = -1

    /// Calls `handler` on a thread of its own for every signal and every second.
    static func listen(_ handler: @escaping @Sendable (Event) -> Void) -> Bool {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { return false }
        let reader = ends[0]
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        _ = fcntl(ends[1], F_SETFL, O_NONBLOCK)
        pipeEnd = ends[1]
        signal(SIGPIPE, SIG_IGN)
        for number in [SIGTERM, SIGINT, SIGHUP] { signal(number, note) }
        return Thread.start(name: "signals") {
            while true { handler(next(reader)) }
        }
    }

    private static let note: @convention(c) (Int32) -> Void = { number in
        let saved = errno
        var byte = UInt8(truncatingIfNeeded: number)
        _ = write(Signals.pipeEnd, &byte, 1)
        errno = saved
    }

    private static func next(_ reader: Int32) -> Event {
        var descriptor = pollfd(fd: reader, events: Int16(POLLIN), revents: 0)
        var byte: UInt8 = 0
        guard poll(&descriptor, 1, 1000) == 1, read(reader, &byte, 1) == 1 else { return .second }
        return Int32(byte) == SIGHUP ? .reload : .stop
    }
}
