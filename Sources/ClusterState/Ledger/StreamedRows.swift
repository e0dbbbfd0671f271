/// Rows of this node that the shards' streams have, and that the node itself writes to the database: what is to be taken out of
/// the streams once they are there. A pure value.
struct StreamedRows {
    /// Beyond it rows are forgotten. Then they are taken out as those of a dead node are.
    static let most = 50_000

    /// Rows that are being written.
    struct Taken: Equatable {
        /// By shard: the rows' places, as Redis gave them.
        var places: [Int: [[UInt8]]]
        fileprivate var age: Int
    }

    private var places: [Int: [[UInt8]]] = [:]
    private(set) var count = 0
    /// How often places were forgotten.
    private var age = 0

    var isEmpty: Bool { count == 0 }

    mutating func add(_ place: [UInt8], in shard: Int) {
        guard count < Self.most else { return }
        places[shard, default: []].append(place)
        count += 1
    }

    mutating func takeAll() -> Taken {
        defer { removeAll() }
        return Taken(places: places, age: age)
    }

    /// Redis may have become another, which knows nothing of these places, or something else.
    mutating func forget() {
        age += 1
        removeAll()
    }

    /// What was taken and could not be written.
    mutating func putBack(_ taken: Taken) {
        guard isCurrent(taken) else { return }
        for (shard, places) in taken.places { for place in places { add(place, in: shard) } }
    }

    /// Whether nothing was forgotten since.
    func isCurrent(_ taken: Taken) -> Bool { taken.age == age }

    private mutating func removeAll() {
        places.removeAll(keepingCapacity: true)
        count = 0
    }
}
