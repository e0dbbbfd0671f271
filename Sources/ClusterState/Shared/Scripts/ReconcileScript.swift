/// A node says again, in whole, what it let in and what it holds: after any loss of the connection, as answers may be
/// missing and requests may have been let in without Redis; after Redis lost its memory, or came back with an old one; and
/// once for each shard when it starts.
///
/// While the nodes do so after a loss that all may have had, nobody is let in through Redis (they go on with their leases):
/// until every live one has spoken, or 4 s. A node that is told so says everything again when it asks again. A Redis without
/// memory besides waits for what the ledger knows of nodes that cannot speak any more (`SeedScript`).
///
/// The boot marker has these fields: `run`, the id of Redis's process; `life`, made anew when that changes or the memory is
/// lost; `since`, when the nodes began to speak; `complete`, when they have; `e` and an epoch for each that has spoken since
/// then; `p` and an epoch for each that has said a part of it; `t` and an epoch: which telling was its last (`UntoldScript`);
/// `s` and an epoch, with the start and the name of its node, for each that has spoken since the memory is empty, and in
/// `speakers` their number; `unseeded` until the ledger has spoken (1, or 2 when it has to speak again), then `seeded`;
/// `doubted` after another start with a memory, until it is known whether it is an older copy (`DoubtScript`).
///
/// Keys: boot marker, holds of this node, counters. Arguments: numbers (doubles: Redis's time after which nobody waits for
/// the answer; since when this node has been cut off, or 0; whether this is the first and whether it is the last part; whether
/// the node has let in anything (1), or its journal had rows of an earlier process (2); count of nodes, count of counters; 8 bytes of epoch for each node; for each counter when it
/// expires, and the numbers 4 to 20 of `CounterScript`), this node's epoch, Redis's run id, version for the fields, start and
/// name of the node, which telling of this process it is, and id and hold of all open requests in pairs.
///
/// The answer is doubles: 0 done, 5 others have yet to speak, 6 too late, 7 the ledger has yet to speak; the time.
enum ReconcileScript {
    static let source =
        CounterScript.source + """
            local numbers, me, version = ARGV[1], ARGV[2], tonumber(ARGV[4])
            local deadline, cutSince, isFirst, isLast, used, nodes, counters, at = struct.unpack('<ddddddd', numbers)
            local now = clock()
            if now > deadline then return struct.pack('<dd', 6, now) end
            local boot = redis.call('HMGET', KEYS[1], 'run', 'since', 'complete')
            local time = string.format('%.0f', now)
            -- A window began while this node was cut off: others may have let in their shares of it as well.
            local missedWindow = cutSince > 0 and now - now % 60000 > cutSince
            if boot[1] ~= ARGV[3] or missedWindow and (not boot[3] or boot[2] + 0 <= cutSince) then
              for _, name in ipairs(redis.call('HKEYS', KEYS[1])) do
                if name == 'complete' or #name == 9 and name:match('^[ep]') then redis.call('HDEL', KEYS[1], name) end
              end
              redis.call('HSET', KEYS[1], 'run', ARGV[3], 'since', time)
              if boot[1] ~= ARGV[3] then redis.call('HSET', KEYS[1], 'life', time .. '-' .. me) end
              if not boot[1] then
                redis.call('HSET', KEYS[1], 'unseeded', 1)
              elseif boot[1] ~= ARGV[3] then
                redis.call('HSET', KEYS[1], 'doubted', 1)
              end
            elseif not boot[3] and cutSince > 0 then
              -- Redis may have been away for the others as well until now: their time begins anew.
              redis.call('HSET', KEYS[1], 'since', time)
            end
            local epochs = {}
            for i = 1, nodes do
              epochs[i] = 'e' .. struct.unpack('c8', numbers, at)
              at = at + 8
            end
            if isFirst == 1 then
              redis.call('DEL', KEYS[2])
              redis.call('HSET', KEYS[1], 'p' .. me, 1)
            elseif redis.call('HEXISTS', KEYS[1], 'p' .. me) == 0 then
              -- Between two parts everything began anew.
              return struct.pack('<dd', 6, now)
            end
            for i = 7, #ARGV, 2 do redis.call('HSET', KEYS[2], ARGV[i], ARGV[i + 1]) end
            for i = 1, counters do
              local expiry = struct.unpack('<d', numbers, at)
              local own = {struct.unpack('<ddddddddddddddddd', numbers, at + 8)}
              at = at + 144
              redis.call('HSET', KEYS[2 + i], 'n' .. me, struct.pack(FIELD, version, now + 10000, 0, unpack(own, 1, 17)))
              redis.call('PEXPIREAT', KEYS[2 + i], string.format('%.0f', expiry))
            end
            local verdict = 0
            if isLast == 1 then
              redis.call('HDEL', KEYS[1], 'p' .. me)
              redis.call('HSET', KEYS[1], 'e' .. me, 1, 't' .. me, ARGV[6])
              if redis.call('HSETNX', KEYS[1], 's' .. me, ARGV[5]) == 1 then
                redis.call('HINCRBY', KEYS[1], 'speakers', 1)
                -- It was away when the ledger spoke, which took it for dead: its requests would count twice.
                local speaksAgain = used == 1
                if used == 2 then
                  -- The ledger may have had no word of that process then; it has now.
                  speaksAgain = true
                  local name = ARGV[5]:match(' .*')
                  local all = redis.call('HGETALL', KEYS[1])
                  for j = 1, #all, 2 do
                    local isOther = all[j] ~= 's' .. me and #all[j] == 9 and all[j]:sub(1, 1) == 's'
                    if isOther and all[j + 1]:match(' .*') == name then speaksAgain = false end
                  end
                end
                if speaksAgain and redis.call('HDEL', KEYS[1], 'seeded') == 1 then
                  redis.call('HSET', KEYS[1], 'unseeded', 2)
                  redis.call('HDEL', KEYS[1], 'complete')
                end
              end
              if redis.call('HEXISTS', KEYS[1], 'complete') == 0 then
                local complete = true
                for i = 1, nodes do
                  complete = complete and redis.call('HEXISTS', KEYS[1], epochs[i]) == 1
                end
                complete = complete or now - redis.call('HGET', KEYS[1], 'since') >= 4000
                if not complete then
                  verdict = 5
                elseif redis.call('HEXISTS', KEYS[1], 'unseeded') + redis.call('HEXISTS', KEYS[1], 'doubted') > 0 then
                  verdict = 7
                else
                  redis.call('HSET', KEYS[1], 'complete', 1)
                end
              end
            end
            return struct.pack('<dd', verdict, now)
            """
}
