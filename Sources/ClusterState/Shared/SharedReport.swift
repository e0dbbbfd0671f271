internal import GatewayTypes
internal import RedisClient

/// Everything that a node has to say about one shard, for `ReconcileScript`.
struct SharedReport {
    struct Counter {
        var key: String
        var own: LimitCounter
        var room: SharedAmounts

        init(_ counter: SharedCounter) {
            key = counter.key
            own = counter.own
            room = counter.room
        }

        /// As long as anything in it counts, and an hour.
        fileprivate var expiry: Int64 {
            let hasMonth = own.month.cost != .zero || room[6] > 0
            return (hasMonth ? own.month.span.end : max(own.day.span.end, own.minute.span.end)) + 3_600_000
        }
    }

    static let script = RedisScript(ReconcileScript.source)
    /// A part keeps Redis busy for about a millisecond.
    private static let countersInPart = 300
    private static let holdsInPart = 300

    /// When the outage began; 0 when there was none.
    var cutSince: Int64
    /// Which telling of this process it is.
    var number: Int
    var version: Int
    var counters: [Counter]
    var holds: [SharedHold]

    /// One call of the script.
    struct Part {
        var keys: [String]
        var arguments: [RedisWord]
    }

    var partCount: Int {
        max(
            1, (counters.count + Self.countersInPart - 1) / Self.countersInPart,
            (holds.count + Self.holdsInPart - 1) / Self.holdsInPart)
    }

    /// - Parameters:
    ///   - run: the id of Redis's process.
    ///   - me: this node.
    ///   - hasRecovered: its journal had rows of an earlier process.
    func part(
        _ number: Int, shard: Int, run: String, me: LiveNode, hasRecovered: Bool, epochs: [String], deadline: Int64
    ) -> Part {
        let counters = counters.dropFirst(number * Self.countersInPart).prefix(Self.countersInPart)
        let holds = holds.dropFirst(number * Self.holdsInPart).prefix(Self.holdsInPart)
        var numbers = PackedNumbers(capacity: 56 + epochs.count * 8 + counters.count * 144)
        numbers.append(deadline)
        numbers.append(number == 0 ? cutSince : 0)
        numbers.append(number == 0 ? 1 : 0)
        numbers.append(number == partCount - 1 ? 1 : 0)
        numbers.append(!self.counters.isEmpty ? 1 : hasRecovered ? 2 : 0)
        numbers.append(epochs.count)
        numbers.append(counters.count)
        for epoch in epochs { numbers.append(epoch) }
        var part = Part(keys: [SharedKeys.boot(shard), SharedKeys.holds(shard, me.epoch)], arguments: [])
        for counter in counters {
            numbers.append(counter)
            part.keys.append(counter.key)
        }
        part.arguments = [
            .bytes(numbers.bytes), .text(me.epoch), .text(run), .integer(version), .text(BootMarker.speaker(me)),
            .integer(self.number),
        ]
        for hold in holds {
            part.arguments.append(.text(hold.opening.id))
            part.arguments.append(.bytes(HoldPayload.withMinute(hold.minute, hold.payload)))
        }
        return part
    }
}

extension PackedNumbers {
    fileprivate mutating func append(_ counter: SharedReport.Counter) {
        let own = counter.own
        append(counter.expiry)
        append(own.open)
        append(own.minute.span.start)
        append(own.minute.requests)
        append(own.minute.tokens)
        append(own.day.span.start)
        append(own.day.requests)
        append(own.day.tokens)
        append(own.day.cost.picodollars)
        append(own.month.span.start)
        append(own.month.cost.picodollars)
        append(counter.room)
    }
}
