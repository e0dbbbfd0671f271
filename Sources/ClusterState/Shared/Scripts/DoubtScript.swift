/// Ends the doubt about a Redis that was started again with its memory: nothing is missing, or it is an older copy. Then
/// what it says of processes that are gone is worth nothing; all that live speak once more, and the ledger speaks for the
/// others (`SeedScript`).
///
/// Key: boot marker. Arguments: the life of Redis's memory that was found, whether it is an older copy (1 or 0).
///
/// The answer: 1; 0 when it is no longer wanted.
enum DoubtScript {
    static let source = """
        local boot = redis.call('HMGET', KEYS[1], 'life', 'doubted')
        if boot[1] ~= ARGV[1] or not boot[2] then return 0 end
        redis.call('HDEL', KEYS[1], 'doubted')
        if ARGV[2] == '0' then return 1 end
        for _, name in ipairs(redis.call('HKEYS', KEYS[1])) do
          if #name == 9 and name:match('^[epst]') then redis.call('HDEL', KEYS[1], name) end
        end
        redis.call('HDEL', KEYS[1], 'complete', 'seeded', 'speakers')
        local time = redis.call('TIME')
        local now = string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000))
        redis.call('HSET', KEYS[1], 'unseeded', 2, 'since', now)
        return 1
        """
}
