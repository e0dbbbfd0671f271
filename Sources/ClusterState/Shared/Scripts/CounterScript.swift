/// What the scripts share: how one node's part of a counter lies in its field, and the time.
///
/// A counter is a hash with one field for each node that has used it, `n` and the node's epoch. What an owner has used is
/// the sum over the fields; so a node can always say again what its own part is, and saying it twice changes nothing. The
/// field is 20 doubles, little-endian:
///
///     1 version of the field   2 lease held for certain until   3 no new lease until   4 open requests
///     5 minute   6 requests   7 tokens     8 day   9 requests   10 tokens   11 cost     12 month   13 cost
///     14... leases, in the order of `SharedLimit`: open, requests a minute, a day, tokens a minute, a day, cost a day,
///     a month
///
/// Times are Unix milliseconds, windows are named by their start, money is in picodollars (exact up to 9007 USD).
enum CounterScript {
    static let source = """
        local FIELD = '<' .. string.rep('d', 20)

        local function clock()
          local time = redis.call('TIME')
          return time[1] * 1000 + math.floor(time[2] / 1000)
        end

        -- Forgets what belongs to windows that are over.
        local function roll(field, minute, day, month)
          if field[5] ~= minute then
            field[5], field[6], field[7], field[15], field[17] = minute, 0, 0, 0, 0
          end
          if field[8] ~= day then
            field[8], field[9], field[10], field[11], field[16], field[18], field[19] = day, 0, 0, 0, 0, 0, 0
          end
          if field[12] ~= month then field[12], field[13], field[20] = month, 0, 0 end
        end

        """
}
