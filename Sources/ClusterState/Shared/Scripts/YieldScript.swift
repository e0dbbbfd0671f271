internal import RedisClient

/// Gives this node's leases of one counter back, and takes no new ones for a second, as somebody else needs the room.
///
/// Key: the counter. Arguments: this node's epoch, and a version: a field that has come so far knows of more than
/// whoever sent this, and stays. The answer is the version of the field: leases told by answers of earlier
/// versions are void.
enum YieldScript {
    static let script = RedisScript(source)
    static let source =
        CounterScript.source + """
            local text = redis.call('HGET', KEYS[1], 'n' .. ARGV[1])
            if not text then return 0 end
            local field = {struct.unpack(FIELD, text)}
            if field[1] >= tonumber(ARGV[2]) then return 0 end
            field[1] = field[1] + 1
            field[3] = clock() + 1000
            for i = 14, 20 do field[i] = 0 end
            redis.call('HSET', KEYS[1], 'n' .. ARGV[1], struct.pack(FIELD, unpack(field)))
            return field[1]
            """
}
