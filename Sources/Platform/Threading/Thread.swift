internal import CThread
internal import Glibc

/// A detached POSIX thread with the default 8 MB stack.
public enum Thread {
    private final class Start: Sendable {
        let name: String
        let body: @Sendable () -> Void
        init(name: String, body: @escaping @Sendable () -> Void) {
            self.name = name
            self.body = body
        }
    }

    /// Starts a thread that runs `body` and ends with it.
    /// - Parameter name: shown by `ps -L`; at most 15 bytes count.
    /// - Returns: false when the system refused another thread.
    public static func start(name: String, _ body: @escaping @Sendable () -> Void) -> Bool {
        var thread = pthread_t()
        let context = Unmanaged.passRetained(Start(name: name, body: body))  // consumed by the new thread
        let status = pthread_create(
            &thread, nil,
            { context in
                let start = Unmanaged<Start>.fromOpaque(context!).takeRetainedValue()
                _ = thread_set_name(start.name)
                start.body()
                return nil
            }, context.toOpaque())
        guard status == 0 else {
            context.release()
            return false
        }
        pthread_detach(thread)
        return true
    }
}
