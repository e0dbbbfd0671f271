internal import GatewayTypes

/// Where things lie in Redis. Everything that one request touches has the same hash tag, so that each script stays within
/// one slot of a Redis Cluster: a user's shard is the FNV-1a hash of the user's id, modulo 16.
enum SharedKeys {
    static let shardCount = 16
    static let nodes = "sy:{nodes}:all"
    /// Says that some counter's room is wanted, or that Redis has lost its memory (`LimitMessage`).
    static let channel = "sy:limits"

    /// The number of the newest change of what the store holds.
    static let bell = "sy:bell"

    static func shard(ofUser id: String) -> Int {
        var id = id
        let hash = id.withUTF8 { bytes in
            var hash: UInt32 = 2_166_136_261
            for byte in bytes { hash = (hash ^ UInt32(byte)) &* 16_777_619 }
            return hash
        }
        return Int(hash % UInt32(shardCount))
    }

    static func boot(_ shard: Int) -> String { boots[shard] }

    private static let boots = (0..<shardCount).map { prefix($0) + "boot" }

    /// The open requests that a node answers for: fields named by their ids, their progress (`progress`), and, where the
    /// node was found dead, what was guessed of them (`guessed`).
    static func holds(_ shard: Int, _ epoch: String) -> String { holdPrefixes[shard] + epoch }

    private static let holdPrefixes = (0..<shardCount).map { prefix($0) + "h:" }

    /// What the field of a request's progress has behind the id.
    static let progress = "+"
    /// What the field of a guess has behind the id.
    static let guessed = "-"

    /// The stream of rows on their way to the database.
    static func usage(_ shard: Int) -> String { usages[shard] }

    private static let usages = (0..<shardCount).map { prefix($0) + "usage" }

    /// The place in `usage` of the newest row that was taken out.
    static func moved(_ shard: Int) -> String { prefix(shard) + "moved" }

    /// The epoch of the node that moves them.
    static func mover(_ shard: Int) -> String { prefix(shard) + "mover" }

    static func counter(_ shard: Int, _ owner: LimitLedger.Owner) -> String {
        prefix(shard) + "c:" + owner.kind.rawValue + ":" + owner.id
    }

    /// The epoch of the node that reads the ledger for a Redis without memory.
    static let seeder = "sy:{nodes}:seeder"

    /// Gone at once: for finding out whether writing is allowed.
    static func trial(_ epoch: String) -> String { "sy:{nodes}:trial:" + epoch }

    static func reaper(_ epoch: String) -> String { "sy:{nodes}:reaper:" + epoch }

    private static func prefix(_ shard: Int) -> String { shard < 10 ? "sy:{0\(shard)}:" : "sy:{\(shard)}:" }
}
