internal import GatewayTypes
internal import RedisClient

/// The calls of `SeedScript` for one shard.
struct SeedCall {
    static let script = RedisScript(SeedScript.source)
    private static let countersInPart = 300

    var keys: [String]
    var arguments: [RedisWord]

    /// - Parameter seeds: those of the shard; what is empty is only told where something else was told before.
    static func all(_ seeds: [LedgerSeed], shard: Int, _ marker: BootMarker) -> [SeedCall] {
        let seeds = marker.isAgain ? seeds : seeds.filter { !$0.isEmpty }
        let parts = max(1, (seeds.count + countersInPart - 1) / countersInPart)
        return (0..<parts).map { number in
            let part = seeds.dropFirst(number * countersInPart).prefix(countersInPart)
            var numbers = PackedNumbers(capacity: 24 + part.count * 80)
            numbers.append(marker.speakers)
            numbers.append(number == parts - 1 ? 1 : 0)
            numbers.append(part.count)
            for seed in part { numbers.append(seed) }
            return SeedCall(
                keys: [SharedKeys.boot(shard)] + part.map { SharedKeys.counter(shard, $0.owner) },
                arguments: [.bytes(numbers.bytes), .text(marker.life)])
        }
    }
}

extension PackedNumbers {
    fileprivate mutating func append(_ seed: LedgerSeed) {
        append(seed.minute.span.start)
        append(seed.minute.requests)
        append(seed.minute.tokens)
        append(seed.day.span.start)
        append(seed.day.requests)
        append(seed.day.tokens)
        append(seed.day.cost.picodollars)
        append(seed.month.start)
        append(seed.costBefore.picodollars)
        append(max(seed.month.end, seed.day.span.end) + 3_600_000)
    }
}
