/// Ends one hold: what was spent takes the place of what was reserved, in the windows it was charged to, and the row goes
/// to the stream of rows. Where the hold is gone (a row came of it already) the counters stay as they are; a row that is no
/// guess is still appended, because what a node knows beats what another has guessed.
///
/// A stream that is full, or a Redis without room, takes no row: the node that sent it has it in its journal. Rows are taken out
/// one by one when the database has them, and never cut off at the old end.
///
/// Keys: holds, boot marker, stream, one counter for each subject. Arguments: numbers (doubles: tokens and picodollars reserved,
/// those spent, count of subjects; for each subject the start of minute, day and month it was charged to), the epoch of the
/// node that let it in, the hold's id, the row (empty: none), who says so: 0 the node itself, 1 another one, which guesses, 2
/// the ledger, which corrects a guess; and what is kept of a guess, as a hold (`SharedKeys.guessed`).
///
/// The answer: the row's place in the stream (empty: it took none), with a `-` before it where the hold was gone.
enum SettleScript {
    /// Rows in the stream of one shard; about a kilobyte each.
    static let mostRows = 5000

    static let source =
        CounterScript.source + """
            local reservedTokens, reservedCost, tokens, cost, subjects, at = struct.unpack('<ddddd', ARGV[1])
            local life = redis.call('HGET', KEYS[2], 'life') or ''
            local place = ''
            -- Before anything is written: once a script has written, Redis lets it go beyond its memory.
            if ARGV[4] ~= '' and life ~= '' and redis.call('XLEN', KEYS[3]) < \(mostRows)
              and (ARGV[5] ~= '1' or redis.call('HEXISTS', KEYS[1], ARGV[3]) == 1) then
              local added = redis.pcall('XADD', KEYS[3], '*', 'row', ARGV[4])
              if type(added) == 'string' then place = added end
            end
            local found = redis.call('HDEL', KEYS[1], ARGV[3], ARGV[3] .. '+') > 0
            if found and ARGV[5] == '1' then
              redis.call('HSET', KEYS[1], ARGV[3] .. '-', ARGV[6])
              -- As long as a guess may count: a month and a day.
              redis.call('PEXPIRE', KEYS[1], 2764800000)
            end
            for i = 1, found and subjects or 0 do
              local minute, day, month
              minute, day, month, at = struct.unpack('<ddd', ARGV[1], at)
              local text = redis.call('HGET', KEYS[3 + i], 'n' .. ARGV[2])
              if text then
                local field = {struct.unpack(FIELD, text)}
                field[1] = field[1] + 1
                if ARGV[5] ~= '2' then field[4] = math.max(0, field[4] - 1) end
                if field[5] == minute then field[7] = field[7] - reservedTokens + tokens end
                if field[8] == day then
                  field[10] = field[10] - reservedTokens + tokens
                  field[11] = field[11] - reservedCost + cost
                end
                if field[12] == month then field[13] = field[13] - reservedCost + cost end
                redis.call('HSET', KEYS[3 + i], 'n' .. ARGV[2], struct.pack(FIELD, unpack(field)))
              end
            end
            return found and place or '-' .. place
            """
}
