internal import GatewayTypes
internal import RedisClient

/// Counts a request of a dead process that it let in without Redis and never told of, in the process's own part of the counters.
/// It is kept as a guess, so that doing it twice changes nothing; at last all requests of that process count as told.
///
/// A process that has not spoken since Redis's memory was empty is left to the ledger (`SeedScript`).
///
/// Keys: boot marker, holds, one counter for each subject. Arguments: numbers (doubles: which telling the request came after,
/// tokens and picodollars spent, count of subjects; for each the start of minute, day and month), the epoch of the process, the
/// id (empty: all are told), the request as a hold.
enum UntoldScript {
    static let script = RedisScript(source)

    static let source =
        CounterScript.source + """
            local telling, tokens, cost, subjects, at = struct.unpack('<dddd', ARGV[1])
            local told, id = redis.call('HGET', KEYS[1], 't' .. ARGV[2]), ARGV[3]
            if not told or tonumber(told) > telling then return 0 end
            if id == '' then return redis.call('HSET', KEYS[1], 't' .. ARGV[2], '9007199254740992') end
            if redis.call('HEXISTS', KEYS[2], id) + redis.call('HEXISTS', KEYS[2], id .. '-') > 0 then return 0 end
            redis.call('HSET', KEYS[2], id .. '-', ARGV[4])
            redis.call('PEXPIRE', KEYS[2], 2764800000)
            for i = 1, subjects do
              local minute, day, month
              minute, day, month, at = struct.unpack('<ddd', ARGV[1], at)
              local text = redis.call('HGET', KEYS[2 + i], 'n' .. ARGV[2])
              local field = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}
              if text then field = {struct.unpack(FIELD, text)} end
              roll(field, math.max(minute, field[5]), math.max(day, field[8]), math.max(month, field[12]))
              if field[5] == minute then field[6], field[7] = field[6] + 1, field[7] + tokens end
              if field[8] == day then
                field[9], field[10], field[11] = field[9] + 1, field[10] + tokens, field[11] + cost
              end
              if field[12] == month then field[13] = field[13] + cost end
              redis.call('HSET', KEYS[2 + i], 'n' .. ARGV[2], struct.pack(FIELD, unpack(field)))
              if redis.call('PTTL', KEYS[2 + i]) < 0 then redis.call('PEXPIRE', KEYS[2 + i], 2764800000) end
            end
            return 1
            """

    /// - Parameter spent: what the ledger says of it.
    static func call(_ request: UntoldRequest, _ spent: Reservation) -> (keys: [String], arguments: [RedisWord]) {
        let (hold, shard) = (request.hold, request.shard)
        var numbers = PackedNumbers(capacity: 32 + hold.charges.count * 24)
        numbers.append(request.telling)
        numbers.append(spent.tokens)
        numbers.append(spent.cost?.picodollars ?? 0)
        numbers.append(hold.charges.count)
        var keys = [SharedKeys.boot(shard), SharedKeys.holds(shard, request.epoch)]
        for charge in hold.charges {
            numbers.append(charge.minute)
            numbers.append(charge.day)
            numbers.append(charge.month)
            keys.append(charge.key)
        }
        return (
            keys, [.bytes(numbers.bytes), .text(request.epoch), .text(hold.opening.id), .bytes(hold.counted(spent))]
        )
    }

    /// All requests of a process, up to this one, count as told.
    static func end(_ request: UntoldRequest) -> (keys: [String], arguments: [RedisWord]) {
        var numbers = PackedNumbers(capacity: 32)
        for number in [request.telling, 0, 0, 0] { numbers.append(number) }
        let keys = [SharedKeys.boot(request.shard), SharedKeys.holds(request.shard, request.epoch)]
        return (keys, [.bytes(numbers.bytes), .text(request.epoch), "", ""])
    }
}
