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
        for speaker in Self.speakers(fields) { spoken.add(speaker.name, startedAt: speaker.start) }
    }

    /// The processes that have spoken.
    static func speakers(_ fields: [String: RedisReply]) -> [(epoch: String, name: String, start: Int64)] {
        fields.compactMap { field, value in
            guard field.hasPrefix("s"), field.utf8.count == 9 else { return nil }
            let words = value.asText?.split(separator: " ", maxSplits: 1) ?? []
            guard words.count == 2, let start = Int64(words[0]) else { return nil }
            return (String(field.dropFirst()), String(words[1]), start)
        }
    }

    /// How a node is noted there.
    static func speaker(_ node: LiveNode) -> String { "\(node.startedAt) \(node.id)" }
}
