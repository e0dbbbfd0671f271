/// Says that a node is alive, and tells which nodes there are.
///
/// Key: the hash of nodes; a field for each epoch: the time of its last heartbeat in Redis's Unix milliseconds (13 digits),
/// a space, the node's description. Arguments: this node's epoch, its description. The answer: the time, then epochs and fields in turn.
enum HeartbeatScript {
    static let source = """
        local time = redis.call('TIME')
        local now = string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000))
        if ARGV[2] ~= '' then redis.call('HSET', KEYS[1], ARGV[1], now .. ' ' .. ARGV[2]) end
        local answer = redis.call('HGETALL', KEYS[1])
        table.insert(answer, 1, now)
        return answer
        """
}
