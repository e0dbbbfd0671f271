internal import GatewayTypes
internal import Glibc
internal import JSON
internal import Threading

/// Rows that the database refuses for good, one JSON object a line, for an operator to look at: `{"reason", "row"}`. Money is
/// never thrown away.
final class RejectedRows: Sendable {
    let path: String
    private let written = Locked(0)

    init(path: String) { self.path = path }

    /// Since the start of this process.
    var count: Int { written.withLock { $0 } }

    /// - Returns: false when the file could not be written.
    func keep(_ row: UsageRecord, because reason: String) -> Bool {
        var line = JSONWriter.bytes { json in
            json.object { json in
                json.member("reason", reason)
                json.key("row")
                json.raw(row.journalBytes[...])
            }
        }
        line.append(UInt8(ascii: "\n"))
        let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        guard line.withUnsafeBytes({ write(descriptor, $0.baseAddress, $0.count) }) == line.count else { return false }
        guard fsync(descriptor) == 0 else { return false }
        written.withLock { $0 += 1 }
        return true
    }
}
