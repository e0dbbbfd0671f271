/// Lets one request in: charges all of its counters or none, puts its hold, renews this node's leases.
///
/// Keys: boot marker, holds of this node, one counter for each subject.
///
/// Arguments: numbers (doubles, little-endian: Redis's time after which nobody waits for the answer any more, tokens and
/// picodollars reserved, count of nodes, count of subjects; 8 bytes of epoch for each node; for each subject start and end
/// of its day and month and the seven maxima, below zero where there is none), this node's epoch, the hold's id, the hold.
///
/// The answer is doubles: verdict and time, then what `AdmitVerdict` says.
enum AdmitScript {
    static let source =
        CounterScript.source + """
            local numbers, me = ARGV[1], ARGV[2]
            local deadline, tokens, cost, nodes, subjects, at = struct.unpack('<ddddd', numbers)
            local now = clock()
            if now > deadline then return struct.pack('<dd', 6, now) end
            local boot = redis.call('HMGET', KEYS[1], 'complete', 'e' .. me)
            if not boot[1] or not boot[2] then return struct.pack('<dd', 4, now) end
            local live = {}
            for i = 1, nodes do
              live['n' .. struct.unpack('c8', numbers, at)] = true
              at = at + 8
            end
            local need = {1, 1, 1, tokens, tokens, cost, cost}
            local minute = now - now % 60000
            local plans = {}
            local shortSubject, shortLimit
            for i = 1, subjects do
              local key = KEYS[2 + i]
              local day, dayEnd, month, monthEnd = struct.unpack('<dddd', numbers, at)
              local most = {struct.unpack('<ddddddd', numbers, at + 32)}
              at = at + 88
              if now < day or now >= dayEnd or now < month or now >= monthEnd then
                return struct.pack('<dd', 3, now)
              end
              local used, leased = {0, 0, 0, 0, 0, 0, 0}, {0, 0, 0, 0, 0, 0, 0}
              local own, isNew
              local all = redis.call('HGETALL', key)
              for j = 1, #all, 2 do
                local name = all[j]
                local field = {struct.unpack(FIELD, all[j + 1])}
                if name == 'n' .. me then
                  own = field
                  isNew = field[5] ~= minute
                end
                roll(field, minute, day, month)
                used[1] = used[1] + field[4]
                used[2] = used[2] + field[6]
                used[3] = used[3] + field[9]
                used[4] = used[4] + field[7]
                used[5] = used[5] + field[10]
                used[6] = used[6] + field[11]
                used[7] = used[7] + field[13]
                if field ~= own then
                  if live[name] or field[2] > now then
                    for limit = 1, 7 do leased[limit] = leased[limit] + field[13 + limit] end
                  elseif field[4] + field[6] + field[7] + field[9] + field[10] + field[11] + field[13] == 0 then
                    redis.call('HDEL', key, name)
                  end
                end
              end
              for limit = 1, 7 do
                if most[limit] >= 0 then
                  local sum = used[limit] + need[limit]
                  if sum > most[limit] then return struct.pack('<dddd', 1, now, i - 1, limit - 1) end
                  if not shortSubject and need[limit] > 0 and sum + leased[limit] > most[limit] then
                    shortSubject, shortLimit = i - 1, limit - 1
                  end
                end
              end
              if not own then
                own = {0, 0, 0, 0, minute, 0, 0, day, 0, 0, 0, month, 0, 0, 0, 0, 0, 0, 0, 0}
                isNew = true
              end
              plans[i] = {key, own, used, leased, most, isNew and (most[7] >= 0 and monthEnd or dayEnd)}
            end
            if shortSubject then return struct.pack('<dddd', 2, now, shortSubject, shortLimit) end

            local answer = {struct.pack('<ddd', 0, now, minute)}
            for i = 1, subjects do
              local key, own, used, leased, most, expiry = unpack(plans[i])
              own[1] = own[1] + 1
              own[2] = now + 10000
              own[4] = own[4] + 1
              own[6], own[7] = own[6] + 1, own[7] + tokens
              own[9], own[10], own[11] = own[9] + 1, own[10] + tokens, own[11] + cost
              own[13] = own[13] + cost
              for limit = 1, 7 do
                local lease = 0
                used[limit] = used[limit] + need[limit]
                if most[limit] >= 0 then
                  local room = most[limit] - used[limit]
                  if own[3] <= now then lease = math.floor(room / (2 * nodes)) end
                  -- What this node may believe to have is not taken from it, as an answer may be lost on its way.
                  lease = math.max(lease, own[13 + limit] - need[limit])
                  lease = math.max(0, math.min(lease, room - leased[limit]))
                end
                own[13 + limit] = lease
              end
              redis.call('HSET', key, 'n' .. me, struct.pack(FIELD, unpack(own)))
              if expiry then redis.call('PEXPIREAT', key, string.format('%.0f', expiry + 3600000)) end
              answer[i + 1] = struct.pack(
                '<dddddddddddd', own[1], used[2], used[3], used[4], used[5], unpack(own, 14, 20))
            end
            redis.call('HSET', KEYS[2], ARGV[3], struct.pack('<d', minute) .. ARGV[4])
            return table.concat(answer)
            """
}
