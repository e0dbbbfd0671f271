/// The rows of this node that lie in its journal and in the stream, and that the database is not known to have.
///
/// A segment of the journal is kept or let go of as a whole, so a count and the last place are all that is kept of its rows.
/// A pure value.
struct StreamedRows {
    /// A row's place in the stream of one shard.
    struct Entry: Sendable {
        var shard: Int
        var place: StreamPlace
        /// The life of Redis's memory when the row was appended: another life may not have the row.
        var life: String
    }

    /// Segments of the journal, and how many of their rows.
    typealias Counts = [Int: Int]

    private struct Key: Hashable {
        var shard: Int
        var segment: Int
        var life: String
    }

    private struct Group {
        var count = 0
        var last: StreamPlace
    }

    private var groups: [Key: Group] = [:]

    var isEmpty: Bool { groups.isEmpty }

    mutating func add(_ entry: Entry, settledIn segment: Int) {
        let key = Key(shard: entry.shard, segment: segment, life: entry.life)
        var group = groups[key] ?? Group(last: entry.place)
        group.count += 1
        group.last = max(group.last, entry.place)
        groups[key] = group
    }

    /// Whether anything is known of a shard's rows.
    func has(_ shard: Int) -> Bool { groups.keys.contains { $0.shard == shard } }

    /// The database has the shard's rows up to `moved`.
    /// - Parameter life: of Redis's memory now; what was appended in another one is in doubt.
    /// - Returns: rows that the database has, and rows that must be written from the journal.
    mutating func moved(_ shard: Int, upTo moved: StreamPlace?, life: String?) -> (written: Counts, doubtful: Counts) {
        var written: Counts = [:]
        var doubtful: Counts = [:]
        for (key, group) in groups where key.shard == shard {
            if key.life != life {
                doubtful[key.segment, default: 0] += group.count
            } else if let moved, group.last <= moved {
                written[key.segment, default: 0] += group.count
            } else {
                continue
            }
            groups[key] = nil
        }
        return (written, doubtful)
    }

    /// Redis is away, or this node ends: nothing is left to wait for.
    mutating func removeAll() -> Counts {
        defer { groups = [:] }
        return groups.reduce(into: [:]) { $0[$1.key.segment, default: 0] += $1.value.count }
    }
}
