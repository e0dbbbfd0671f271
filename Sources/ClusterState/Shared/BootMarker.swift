internal import RedisClient

/// What Redis remembers of one shard beside its counters (`ReconcileScript`), as far as the ledger's part in it goes.
struct BootMarker {
    var life: String
    /// How many processes have spoken since the memory is empty.
    var speakers: Int
    var spoken = SpokenNodes()
    /// Whether the ledger has spoken before, and must again.
    var isAgain: Bool

    /// - Returns: `nil` when the ledger need not speak.
    init?(_ reply: RedisReply?) {
        guard let fields = reply?.asFields, let unseeded = fields["unseeded"]?.asInteger,
            let life = fields["life"]?.asText, let speakers = fields["speakers"]?.asInteger
        else { return nil }
        self.life = life
        self.speakers = speakers
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
