/// Puts what the ledger knows of requests that no node speaks for into a Redis that had no memory: the field `n--------` of
/// each counter. Once it has, requests are let in again.
///
/// The ledger tells the sums of minute and day without the nodes that have spoken; of the month before this day it tells those
/// of all nodes, and what the speakers say of it themselves is taken off here, as to find their rows among those of a
/// month would take long. Fields of others, which an older copy of Redis's memory had, are removed.
///
/// Keys: boot marker, counters. Arguments: numbers (doubles: how many nodes had spoken, whether this is the last part, count of
/// counters; for each counter minute, requests, tokens, day, requests, tokens, cost, month, cost before this day, when it
/// expires), the life of Redis's memory that was found.
///
/// The answer: 1 when it was taken; 0 when it is no longer wanted, or another node has spoken meanwhile.
enum SeedScript {
    static let source =
        CounterScript.source + """
            local speakers, isLast, counters, at = struct.unpack('<ddd', ARGV[1])
            local boot = redis.call('HMGET', KEYS[1], 'life', 'unseeded', 'speakers')
            if boot[1] ~= ARGV[2] or not boot[2] or tonumber(boot[3]) ~= speakers then return 0 end
            local spoken = {}
            for _, name in ipairs(redis.call('HKEYS', KEYS[1])) do
              if #name == 9 and name:match('^[ps]') then spoken['n' .. name:sub(2)] = true end
            end
            for i = 1, counters do
              local minute, minuteRequests, minuteTokens, day, requests, tokens, cost, month, before, expiry
              minute, minuteRequests, minuteTokens, day, requests, tokens, cost, month, before, expiry, at =
                struct.unpack('<dddddddddd', ARGV[1], at)
              local isThere = false
              local all = redis.call('HGETALL', KEYS[1 + i])
              for j = 1, #all, 2 do
                if all[j] == 'n--------' then
                  isThere = true
                else
                  local field = {struct.unpack(FIELD, all[j + 1])}
                  if not spoken[all[j]] then
                    redis.call('HDEL', KEYS[1 + i], all[j])
                  elseif field[12] == month then
                    before = before - field[13]
                    if field[8] == day then before = before + field[11] end
                  end
                end
              end
              before = math.max(0, before)
              if isThere or requests + minuteRequests + before > 0 then
                redis.call('HSET', KEYS[1 + i], 'n--------', struct.pack(FIELD, 1, 0, 0,
                  0, minute, minuteRequests, minuteTokens, day, requests, tokens, cost, month, before + cost,
                  0, 0, 0, 0, 0, 0, 0))
                redis.call('PEXPIREAT', KEYS[1 + i], string.format('%.0f', expiry))
              end
            end
            if isLast == 1 then
              redis.call('HDEL', KEYS[1], 'unseeded')
              redis.call('HSET', KEYS[1], 'seeded', 1)
            end
            return 1
            """
}
