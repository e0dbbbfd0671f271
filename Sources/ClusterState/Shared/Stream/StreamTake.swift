internal import GatewayTypes
internal import RedisClient

/// What `TakeScript` answers about one shard.
struct StreamTake {
    struct Entry: Equatable {
        /// As Redis gave it.
        var place: String
        /// `nil` for what is no row that this release can read.
        var row: UsageRecord?
        /// What it is then.
        var bytes: [UInt8]
    }

    var shard: Int
    /// The place of the last row that was moved; `nil` when Redis knows of none.
    var moved: StreamPlace?
    /// Rows in the stream; 0 while their own nodes take them out in time.
    var length: Int
    /// Whether this node is to move `entries`.
    var isMover: Bool
    var entries: [Entry]

    /// - Returns: `nil` for a reply that is none.
    init?(_ reply: RedisReply?, shard: Int) {
        guard let words = reply?.asArray, words.count >= 3, words.count % 2 == 1, let length = words[1].asInteger
        else { return nil }
        self.shard = shard
        moved = words[0].asText.flatMap { StreamPlace($0) }
        self.length = length
        isMover = words[2].asInteger == 1
        entries = []
        for index in stride(from: 3, to: words.count, by: 2) {
            guard let place = words[index].asText, StreamPlace(place) != nil else { return nil }
            entries.append(Entry(place: place, fields: words[index + 1].asArray ?? []))
        }
    }
}

extension StreamTake.Entry {
    /// An entry has one field, `row`, as the journal has it. Fields that another release adds are no hindrance.
    fileprivate init(place: String, fields: [RedisReply]) {
        self.place = place
        bytes = []
        for index in stride(from: 0, to: fields.count - 1, by: 2) where fields[index].asText == "row" {
            bytes = fields[index + 1].asBytes ?? []
            row = UsageRecord(payload: bytes)
        }
        if row == nil, bytes.isEmpty {
            bytes = Array(fields.compactMap(\.asBytes).joined(separator: [UInt8(ascii: " ")]))
        }
    }
}
