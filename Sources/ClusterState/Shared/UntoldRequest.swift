internal import GatewayTypes

/// A request that was let in without Redis, as the journal has it until Redis is told: should its process die before, the next
/// one tells.
///
/// The epoch (8 bytes), a double: how often that process had begun to tell its shard everything, then the hold as in Redis.
struct UntoldRequest {
    var epoch: String
    var telling: Int
    var hold: HoldPayload

    static func encode(_ epoch: String, telling: Int, _ minute: Int64, _ payload: [UInt8]) -> [UInt8] {
        var numbers = PackedNumbers(capacity: 16)
        numbers.append(epoch)
        numbers.append(telling)
        return numbers.bytes + HoldPayload.withMinute(minute, payload)
    }

    /// - Returns: `nil` for bytes that are none.
    init?(stored bytes: [UInt8]) {
        var reader = PackedReader(bytes)
        guard let epoch = reader.text(8) else { return nil }
        self.epoch = epoch
        telling = reader.integer()
        guard let hold = HoldPayload(stored: reader.rest) else { return nil }
        self.hold = hold
    }

    var shard: Int { SharedKeys.shard(ofUser: hold.opening.userID) }
}
