internal import GatewayTypes
internal import RedisClient

/// One call of `AdmitScript`.
struct AdmitCall {
    struct Slot: Sendable {
        /// Where the shard's list has the counter.
        var place: Int
        var key: String
        var windows: SharedWindows
    }

    static let script = RedisScript(AdmitScript.source)

    var shard: Int
    var epoch: String
    var id: String
    var slots: [Slot]
    var maxima: [SharedAmounts]
    var reservation: Reservation
    /// Redis's time after which nobody waits for the answer.
    var deadline: Int64
    /// The epochs of all nodes.
    var epochs: [String]
    var payload: [UInt8]

    var keys: [String] {
        var keys: [String] = []
        keys.reserveCapacity(2 + slots.count)
        keys.append(SharedKeys.boot(shard))
        keys.append(SharedKeys.holds(shard, epoch))
        for slot in slots { keys.append(slot.key) }
        return keys
    }

    var arguments: [RedisWord] {
        var numbers = PackedNumbers(capacity: 40 + epochs.count * 8 + slots.count * 88)
        numbers.append(deadline)
        numbers.append(reservation.tokens)
        numbers.append(reservation.cost?.picodollars ?? 0)
        numbers.append(epochs.count)
        numbers.append(slots.count)
        for epoch in epochs { numbers.append(epoch) }
        for (slot, most) in zip(slots, maxima) {
            numbers.append(slot.windows.day.start)
            numbers.append(slot.windows.day.end)
            numbers.append(slot.windows.month.start)
            numbers.append(slot.windows.month.end)
            numbers.append(most)
        }
        return [.bytes(numbers.bytes), .text(epoch), .text(id), .bytes(payload)]
    }
}

/// What `AdmitScript` answers.
enum AdmitVerdict: Equatable {
    /// What one counter is like after the request was let in.
    struct Counter: Equatable {
        var version: Int
        /// Used and reserved by all nodes.
        var requestsPerMinute: Int
        var requestsPerDay: Int
        var tokensPerMinute: Int
        var tokensPerDay: Int
        /// What this node may let in without asking.
        var lease: SharedAmounts
    }

    case admitted(minute: Int64, [Counter])
    /// A limit has no room.
    case refused(subject: Int, limit: Int)
    /// A limit has room, but other nodes have been lent it.
    case lent(subject: Int, limit: Int)
    /// The windows asked for are not those of Redis's time.
    case otherTime
    /// Redis has no memory of this node's requests: say them again.
    case unknownNode
    /// The call was under way for so long that nobody waits for it any more.
    case late

    /// - Returns: the verdict and Redis's time; `nil` for bytes that are none.
    static func read(_ bytes: [UInt8], subjects: Int) -> (verdict: AdmitVerdict, time: Int64)? {
        var reader = PackedReader(bytes)
        guard reader.count >= 2 else { return nil }
        let code = reader.integer()
        let time = Int64(reader.integer())
        switch code {
        case 0:
            guard reader.count == 1 + 12 * subjects else { return nil }
            let minute = Int64(reader.integer())
            var counters: [Counter] = []
            counters.reserveCapacity(subjects)
            for _ in 0..<subjects { counters.append(Counter(&reader)) }
            return (.admitted(minute: minute, counters), time)
        case 1, 2:
            guard reader.count == 2 else { return nil }
            let (subject, limit) = (reader.integer(), reader.integer())
            guard (0..<subjects).contains(subject), (0..<7).contains(limit) else { return nil }
            return (code == 1 ? .refused(subject: subject, limit: limit) : .lent(subject: subject, limit: limit), time)
        case 3: return (.otherTime, time)
        case 4: return (.unknownNode, time)
        case 6: return (.late, time)
        default: return nil
        }
    }
}

extension AdmitVerdict.Counter {
    fileprivate init(_ reader: inout PackedReader) {
        version = reader.integer()
        requestsPerMinute = reader.integer()
        requestsPerDay = reader.integer()
        tokensPerMinute = reader.integer()
        tokensPerDay = reader.integer()
        lease = SharedAmounts()
        for limit in 0..<7 { lease[limit] = reader.number() }
    }
}
