internal import Glibc
internal import Threading

/// The process's signals, taken by one thread that also looks at the configuration file once a second.
enum Signals {
    enum Event: Sendable { case stop, reload, second }

    /// Call before any other thread starts, so that all inherit the mask.
    static func block() {
        var set = wanted
        pthread_sigmask(SIG_BLOCK, &set, nil)
        signal(SIGPIPE, SIG_IGN)
    }

    /// Calls `handler` on a thread of its own for every signal and every second.
    static func listen(_ handler: @escaping @Sendable (Event) -> Void) -> Bool {
        Thread.start(name: "signals") {
            while true {
                var set = wanted
                var second = timespec(tv_sec: 1, tv_nsec: 0)
                switch sigtimedwait(&set, nil, &second) {
                case SIGTERM, SIGINT: handler(.stop)
                case SIGHUP: handler(.reload)
                default: handler(.second)
                }
            }
        }
    }

    private static var wanted: sigset_t {
        var set = sigset_t()
        sigemptyset(&set)
        for number in [SIGTERM, SIGINT, SIGHUP] { sigaddset(&set, number) }
        return set
    }
}
