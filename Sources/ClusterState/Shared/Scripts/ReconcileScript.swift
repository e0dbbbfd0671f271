/// A node says again, in whole, what it let in and what it holds: after any loss of the connection, as answers may be
/// missing and requests may have been let in without Redis; after Redis lost its memory, or came back with an old one; and
/// once for each shard when it starts.
///
/// While the nodes do so after a loss that all may have had, nobody is let in through Redis (they go on with their leases):
/// until every live one has spoken, or 4 s. A node that is told so says everything again when it asks again.
///
/// Keys: boot marker, holds of this node, counters. Arguments: numbers (doubles: Redis's time after which nobody waits for
/// the answer; since when this node has been cut off, or 0; whether this is the first and whether it is the last part; count
/// of nodes, count of counters; 8 bytes of epoch for each node; for each counter whether it is what the ledger knows of
/// times before all nodes, when it expires, and the numbers 4 to 20 of `CounterScript`), this node's epoch, Redis's run id, version for the fields, and id and hold of all open requests in pairs.
///
/// The answer is doubles: 0 done, 5 others have yet to speak, 6 too late; the time.
enum ReconcileScript {
    static let source =
        CounterScript.source + """
            local numbers, me, version = ARGV[1], ARGV[2], tonumber(ARGV[4])
            local deadline, cutSince, isFirst, isLast, nodes, counters, at = struct.unpack('<dddddd', numbers)
            local now = clock()
            if now > deadline then return struct.pack('<dd', 6, now) end
            local boot = redis.call('HMGET', KEYS[1], 'run', 'since', 'complete')
            -- A window began while this node was cut off: others may have let in their shares of it as well.
            local missedWindow = cutSince > 0 and now - now % 60000 > cutSince
            if boot[1] ~= ARGV[3] or missedWindow and (not boot[3] or boot[2] + 0 <= cutSince) then
              redis.call('DEL', KEYS[1])
              redis.call('HSET', KEYS[1], 'run', ARGV[3], 'since', string.format('%.0f', now))
              if not boot[1] then redis.call('HSET', KEYS[1], 'ledger', me) end
            elseif not boot[3] and cutSince > 0 then
              -- Redis may have been away for the others as well until now: their time begins anew.
              redis.call('HSET', KEYS[1], 'since', string.format('%.0f', now))
            end
            local epochs = {}
            for i = 1, nodes do
              epochs[i] = 'e' .. struct.unpack('c8', numbers, at)
              at = at + 8
            end
            if isFirst == 1 then redis.call('DEL', KEYS[2]) end
            for i = 5, #ARGV, 2 do redis.call('HSET', KEYS[2], ARGV[i], ARGV[i + 1]) end
            local tellsLedger = redis.call('HGET', KEYS[1], 'ledger') == me
            for i = 1, counters do
              local isLedger, expiry = struct.unpack('<dd', numbers, at)
              local own = {struct.unpack('<ddddddddddddddddd', numbers, at + 16)}
              at = at + 152
              local name = 'n' .. me
              if isLedger == 1 then name = 'n--------' end
              if isLedger == 0 or tellsLedger then
                redis.call('HSET', KEYS[2 + i], name, struct.pack(FIELD, version, now + 10000, 0, unpack(own, 1, 17)))
                redis.call('PEXPIREAT', KEYS[2 + i], string.format('%.0f', expiry))
              end
            end
            local complete = true
            if isLast == 1 then
              redis.call('HSET', KEYS[1], 'e' .. me, 1)
              if redis.call('HEXISTS', KEYS[1], 'complete') == 0 then
                for i = 1, nodes do
                  complete = complete and redis.call('HEXISTS', KEYS[1], epochs[i]) == 1
                end
                complete = complete or now - redis.call('HGET', KEYS[1], 'since') >= 4000
                if complete then redis.call('HSET', KEYS[1], 'complete', 1) end
              end
            end
            return struct.pack('<dd', complete and 0 or 5, now)
            """
}
