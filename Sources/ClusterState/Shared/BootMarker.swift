internal import RedisClient

/// What Redis remembers of one shard beside its counters (`ReconcileScript`), as far as the ledger's part in it goes.
struct BootMarker {
    var life: String
    /// How many processes have spoken since the memory is empty.
    var speakers: Int
    var spoken = SpokenNodes()
    /// Whether the counters may have what the ledger, or an older memory, has said before.
    var isAgain: Bool
    /// Whether it is to be found out first whether this memory is an older copy.
    var isDoubted: Bool

    /// - Returns: `nil` when the ledger need not speak.
    init?(_ reply: RedisReply?) {
        guard let fields = reply?.asFields, let life = fields["life"]?.asText else { return nil }
        let unseeded = fields["unseeded"]?.asInteger
        isDoubted = fields["doubted"] != nil
        guard unseeded != nil || isDoubted else { return nil }
        self.life = life
        speakers = fields["speakers"]?.asInteger ?? 0
        isAgain = unseeded == 2
        for (name, value) in fields where name.hasPrefix("s") && name.utf8.count == 9 {
            let words = value.asText?.split(separator: " ", maxSplits: 1) ?? []
            guard words.count == 2, let start = Int64(words[0]) else { continue }
            spoken.add(String(words[1]), startedAt: start)
        }
    }

    /// How a node is noted there.
    static func speaker(_ node: LiveNode) -> String { "\(node.startedAt) \(node.id)" }
}
