internal import Glibc

/// A server that runs until `stop()`, or until this process ends in whatever way: a shell between the two holds the end of a
/// pipe that only this process writes to.
public final class ServerProcess: Sendable {
    private let shell: pid_t
    private let lifeline: Int32

    /// - Parameter log: what it prints.
    public init(_ command: [String], log: String) throws {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw Failure("no pipe") }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, ends[0], 0)
        posix_spawn_file_actions_addopen(&actions, 1, log, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        // Without the signals that Swift's threads block: the shell waits for its child's end.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        let script = #""$@" & server=$!; read _; kill -CONT $server; kill -TERM $server; wait $server"#
        var pid: pid_t = 0
        let status = withCStrings(["/bin/sh", "-c", script, "sh"] + command) {
            posix_spawn(&pid, "/bin/sh", &actions, &attributes, $0, environ)
        }
        close(ends[0])
        guard status == 0 else {
            close(ends[1])
            throw Failure("\(command[0]) cannot be started: \(String(cString: strerror(status)))")
        }
        shell = pid
        lifeline = ends[1]
    }

    /// Ends the server and waits for it. Once only.
    public func stop() {
        _ = write(lifeline, "\n", 1)
        close(lifeline)
        var status: Int32 = 0
        waitpid(shell, &status, 0)
    }

    public struct Failure: Error, CustomStringConvertible {
        public let description: String
        init(_ description: String) { self.description = description }
    }

    /// Runs a command to its end.
    public static func run(_ command: [String], log: String) throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, log, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        var pid: pid_t = 0
        let status = withCStrings(command) { posix_spawnp(&pid, command[0], &actions, nil, $0, environ) }
        guard status == 0 else { throw Failure("\(command[0]) cannot be started") }
        var result: Int32 = 0
        waitpid(pid, &result, 0)
        guard result == 0 else { throw Failure("\(command[0]) failed, see \(log)") }
    }
}

private func withCStrings<Result>(
    _ words: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Result
) -> Result {
    let copies = words.map { strdup($0) } + [nil]
    defer { for copy in copies { free(copy) } }
    return body(copies)
}
