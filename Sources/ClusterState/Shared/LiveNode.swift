internal import JSON

/// A node as its heartbeats in Redis tell of it: enough to share limits. What else there is to know of it is in the store
/// (`ClusterNode`), under the same epoch.
struct LiveNode: Sendable, Equatable {
    var id: String
    /// 8 characters that no other start of any node has.
    var epoch: String
    /// Unix milliseconds; 0 where another node says it.
    var startedAt: Int64 = 0
    /// Unix milliseconds of its last sign of life, by Redis's clock.
    var lastSeen: Int64 = 0

    /// What a heartbeat says.
    var description: [UInt8] { JSONWriter.bytes { $0.object { $0.member("id", id) } } }
}

extension LiveNode {
    /// A field of the hash of nodes: 13 digits of time, a space, the description.
    init?(epoch: String, stored bytes: [UInt8]) {
        let digits = bytes.prefix { $0 != UInt8(ascii: " ") }
        guard let seen = Int64(String(decoding: digits, as: UTF8.self)),
            let json = try? JSONValue.parse(Array(bytes.dropFirst(digits.count + 1))), let id = json["id"]?.string
        else { return nil }
        self.init(id: id, epoch: epoch, lastSeen: seen)
    }
}
