import Glibc

/// A program of the system, without input or output. Whoever starts it ends it.
final class ChildProcess: Sendable {
    private let id: pid_t

    init(_ path: String, _ arguments: [String]) {
        let words = ([path] + arguments).map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for stream: Int32 in 0...2 {
            posix_spawn_file_actions_addopen(&actions, stream, "/dev/null", O_RDWR, 0)
        }
        var id = pid_t()
        precondition(posix_spawn(&id, path, &actions, nil, words, nil) == 0, "cannot start \(path)")
        self.id = id
    }

    /// Waits for the program's own end.
    func exitStatus() -> Int32 {
        var status: Int32 = 0
        waitpid(id, &status, 0)
        return status
    }

    /// The program stays, but does nothing any more.
    func freeze() { kill(id, SIGSTOP) }
    func thaw() { kill(id, SIGCONT) }

    func stop() {
        kill(id, SIGKILL)
        _ = exitStatus()
    }
}
