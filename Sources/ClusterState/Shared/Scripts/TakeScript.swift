/// Tells a node how far the rows of one shard's stream have come, and hands over the oldest ones if it is the one that moves
/// them: nobody else does, or it has gone silent. Two that move the same rows do no harm.
///
/// Keys: boot marker, mover, place up to which the database has them, stream. Arguments: this node's epoch, how long it is the
/// mover in milliseconds (0: it does not want to be), how many rows at most.
///
/// The answer: life of Redis's memory, place up to which the database has them, rows in the stream, whether this node is
/// the mover, and then the rows' places and fields.
enum TakeScript {
    static let source = """
        local length = redis.call('XLEN', KEYS[4])
        local mover = redis.call('GET', KEYS[2])
        local isMine = mover == ARGV[1]
        if ARGV[2] == '0' then
          if isMine then redis.call('DEL', KEYS[2]) end
          isMine = false
        elseif isMine or not mover then
          -- Without room in memory, the one that was the mover goes on as long as it may.
          local kept = isMine and redis.call('PEXPIRE', KEYS[2], ARGV[2])
          if not kept then redis.pcall('SET', KEYS[2], ARGV[1], 'PX', ARGV[2]) end
          isMine = true
        end
        local answer = {
          redis.call('HGET', KEYS[1], 'life') or '', redis.call('GET', KEYS[3]) or '', length, isMine and 1 or 0
        }
        if isMine and length > 0 then
          for _, entry in ipairs(redis.call('XRANGE', KEYS[4], '-', '+', 'COUNT', ARGV[3])) do
            answer[#answer + 1] = entry[1]
            answer[#answer + 1] = entry[2]
          end
        end
        return answer
        """
}
