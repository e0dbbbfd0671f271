import GatewayTypes
import Glibc
import SQLDatabase
import Testing
import Threading

@testable import ClusterState

/// This test runs in two processes: as a parent that starts itself again, kills the child and counts, and as that child,
/// which lets requests in and settles them until it dies.
@Suite struct KilledProcessTests {
    private static let directoryVariable = "SWITCHYARD_TEST_KILLED_DIRECTORY"
    private static let report: Int32 = 3

    @Test("A process killed with SIGKILL under load leaves exactly one row for each request it admitted")
    func killedUnderLoad() async throws {
        if let directory = getenv(Self.directoryVariable) { return try await load(String(cString: directory)) }
        let directory = TemporaryDirectory()
        for _ in 0..<3 { try await killOnce(in: directory) }
    }

    private func killOnce(in directory: TemporaryDirectory) async throws {
        let (child, pipe) = try spawn(in: directory)
        var lines: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        var isKilled = false
        while true {  // ends when the child is gone, whatever it did
            let count = read(pipe, &buffer, buffer.count)
            if count <= 0 { break }
            lines += buffer[..<count]
            if lines.count > 40_000, !isKilled {
                kill(child, SIGKILL)
                isKilled = true
            }
        }
        close(pipe)
        var status: Int32 = 0
        waitpid(child, &status, 0)
        try #require(status & 0x7F == SIGKILL)
        let told = lines.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).dropLast()
        let admitted = Set(
            told.filter { $0.first == UInt8(ascii: "a") }.map { String(decoding: $0.dropFirst(), as: UTF8.self) })
        let settled = Set(
            told.filter { $0.first == UInt8(ascii: "s") }.map { String(decoding: $0.dropFirst(), as: UTF8.self) })
        try #require(admitted.count > 100)

        let node = try await Node(in: directory, segmentSize: 256 << 10)
        await node.ledger.recover()
        let rows = try await node.rows()
        let ids = Set(rows.map(\.id))
        #expect(ids.count == rows.count)
        #expect(admitted.subtracting(ids).isEmpty)
        #expect(settled.subtracting(rows.filter { $0.state == .settled }.map(\.id)).isEmpty)
        #expect(rows.contains { $0.state == .abandoned && admitted.contains($0.id) })
        #expect(await node.ledger.close())
        await node.database.close()
    }

    // MARK: - The child

    private func load(_ path: String) async throws {
        // Kept for ever, so that the files stay when this process ends.
        let directory = Unmanaged.passRetained(TemporaryDirectory(existing: path)).takeUnretainedValue()
        let node = try await Node(
            in: directory, segmentSize: 256 << 10, mostInMemory: 500, interval: .milliseconds(10))
        await node.ledger.recover()
        let start = Int(getpid()) << 20
        for thread in 0..<2 {
            let isStarted = Thread.start(name: "load") {
                var random = SeededGenerator(UInt64(getpid()) * 2 + UInt64(thread))
                var number = start + thread << 18
                while true {
                    number += 1
                    let record = opening(number)
                    guard
                        var hold = try? node.limits.admitNow(
                            record, subjects: [], reservation: Reservation(tokens: 10, cost: nil))
                    else { continue }
                    tell("a", record.id)
                    if Int.random(in: 0..<3, using: &random) == 0 { hold.checkpoint(completionTokens: 3) }
                    guard Int.random(in: 0..<10, using: &random) > 0 else {
                        OpenForever.keep(hold)
                        continue
                    }
                    hold.settle(finished(record))
                    tell("s", record.id)
                }
            }
            precondition(isStarted)
        }
        alarm(20)  // should the parent be gone
        while true { try await Task.sleep(for: .seconds(1)) }
    }

    private func spawn(in directory: TemporaryDirectory) throws -> (pid_t, Int32) {
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        defer { close(ends[1]) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, ends[1], Self.report)
        posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        let inherited = ["PATH", "LD_LIBRARY_PATH", "HOME", "TSAN_OPTIONS"].compactMap { (name: String) -> String? in
            guard let value = getenv(name) else { return nil }
            return name + "=" + String(cString: value)
        }
        let arguments = [
            CommandLine.arguments[0], "--testing-library", "swift-testing", "--filter", "KilledProcessTests",
        ]
        var words = arguments.map { (text: String) in strdup(text) } + [nil]
        let environment = inherited + [Self.directoryVariable + "=" + directory.path]
        var variables = environment.map { (text: String) in strdup(text) } + [nil]
        defer { for text in words + variables { free(text) } }
        var child: pid_t = 0
        try #require(posix_spawn(&child, "/proc/self/exe", &actions, nil, &words, &variables) == 0)
        return (child, ends[0])
    }
}

/// Tells the parent: what is written to a pipe survives the writer.
private func tell(_ what: String, _ id: String) {
    let line = Array("\(what)\(id)\n".utf8)
    _ = write(3, line, line.count)
}

/// Holds of requests that are still running when the process dies.
private enum OpenForever {
    private struct Box: ~Copyable { let hold: Hold }

    static func keep(_ hold: consuming Hold) {
        let place = UnsafeMutablePointer<Box>.allocate(capacity: 1)  // on purpose never freed
        place.initialize(to: Box(hold: hold))
    }
}
