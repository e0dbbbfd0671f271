/// Ends one hold: what was spent takes the place of what was reserved, in the windows it was charged to, and the row goes
/// to the stream of rows. Where the hold is gone (a row came of it already) the counters stay as they are; the row is
/// still appended, because what a node knows beats what another has guessed.
///
/// Keys: holds, stream, one counter for each subject. Arguments: numbers (doubles: tokens and picodollars reserved, those
/// spent, count of subjects; for each subject the start of minute, day and month it was charged to), the epoch of the node
/// that let it in, the hold's id, the row (empty: none).
///
/// The answer: whether the hold was there, and the row's place in the stream.
enum SettleScript {
    static let source =
        CounterScript.source + """
            local reservedTokens, reservedCost, tokens, cost, subjects, at = struct.unpack('<ddddd', ARGV[1])
            local found = redis.call('HDEL', KEYS[1], ARGV[3], ARGV[3] .. '+') > 0
            for i = 1, found and subjects or 0 do
              local minute, day, month
              minute, day, month, at = struct.unpack('<ddd', ARGV[1], at)
              local text = redis.call('HGET', KEYS[2 + i], 'n' .. ARGV[2])
              if text then
                local field = {struct.unpack(FIELD, text)}
                field[1] = field[1] + 1
                field[4] = math.max(0, field[4] - 1)
                if field[5] == minute then field[7] = field[7] - reservedTokens + tokens end
                if field[8] == day then
                  field[10] = field[10] - reservedTokens + tokens
                  field[11] = field[11] - reservedCost + cost
                end
                if field[12] == month then field[13] = field[13] - reservedCost + cost end
                redis.call('HSET', KEYS[2 + i], 'n' .. ARGV[2], struct.pack(FIELD, unpack(field)))
              end
            end
            local place = ''
            if ARGV[4] ~= '' then
              place = redis.call('XADD', KEYS[2], 'MAXLEN', '~', 200000, '*', 'row', ARGV[4])
            end
            return {found and 1 or 0, place}
            """
}
