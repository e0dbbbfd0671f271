/// Hands over the rows of one shard's stream that have been there for longer than their own node would leave them, if this
/// node is the one that moves such rows: nobody else does, or it has gone silent. Two that move the same rows do no harm.
///
/// Keys: mover, place up to which rows were moved, stream. Arguments: this node's epoch, how long it is the mover in
/// milliseconds (0: it does not want to be), how many milliseconds rows are their own node's, how many rows at most.
///
/// The answer: the place, rows in the stream (0 while their own nodes take them out in time), whether this node is the mover,
/// and then the rows' places and fields.
enum TakeScript {
    static let source = """
        local length = redis.call('XLEN', KEYS[3])
        local mover = redis.call('GET', KEYS[1])
        local isMine = mover == ARGV[1]
        if ARGV[2] == '0' then
          if isMine then redis.call('DEL', KEYS[1]) end
          isMine = false
        elseif isMine or not mover then
          -- Without room in memory, the one that was the mover goes on as long as it may.
          local kept = isMine and redis.call('PEXPIRE', KEYS[1], ARGV[2])
          if not kept then redis.pcall('SET', KEYS[1], ARGV[1], 'PX', ARGV[2]) end
          isMine = true
        end
        local old = {}
        if length > 0 then
          -- A place begins with the time it was given at.
          local time = redis.call('TIME')
          local latest = string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000) - ARGV[3])
          old = redis.call('XRANGE', KEYS[3], '-', latest, 'COUNT', isMine and ARGV[4] or 1)
        end
        local answer = {redis.call('GET', KEYS[2]) or '', #old > 0 and length or 0, isMine and 1 or 0}
        for _, entry in ipairs(isMine and old or {}) do
          answer[#answer + 1] = entry[1]
          answer[#answer + 1] = entry[2]
        end
        return answer
        """
}
