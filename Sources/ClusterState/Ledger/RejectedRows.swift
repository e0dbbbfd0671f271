internal import GatewayTypes
internal import Glibc
internal import JSON
internal import Threading

/// Rows that the database refuses for good, one JSON object a line, for an operator to look at: `{"reason", "row"}`, or
/// `{"reason", "unreadable"}` for what the stream had and is no row. Money is never thrown away.
final class RejectedRows: Sendable {
    let path: String
    private let written = Locked(0)

    init(path: String) { self.path = path }

    /// Since the start of this process.
    var count: Int { written.withLock { $0 } }

    /// - Returns: false when the file could not be written.
    func keep(_ row: UsageRecord, because reason: String) -> Bool {
        keep(because: reason) { json in
            json.key("row")
            json.raw(row.journalBytes[...])
        }
    }

    /// - Parameter unreadable: what should have been a row, kept as text under `unreadable`.
    func keep(unreadable: [UInt8]) -> Bool {
        keep(because: "not a row that this release can read") { json in
            json.member("unreadable", String(decoding: unreadable, as: UTF8.self))
        }
    }

    private func keep(because reason: String, _ row: (inout JSONWriter) -> Void) -> Bool {
        var line = JSONWriter.bytes { json in
            json.object { json in
                json.member("reason", reason)
                row(&json)
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
