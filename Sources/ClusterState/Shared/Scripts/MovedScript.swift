/// The database has the rows up to a place: takes them out of the stream, and notes the place for the nodes that wait to
/// hear of it.
///
/// Keys: stream, place up to which the database has them. Arguments: the place, and the next one.
enum MovedScript {
    static let source = """
        redis.call('XTRIM', KEYS[1], 'MINID', ARGV[2])
        local function parts(place)
          local time, number = string.match(place, '^(%d+)-(%d+)$')
          return tonumber(time), tonumber(number)
        end
        local time, number = parts(ARGV[1])
        local before = redis.call('GET', KEYS[2])
        if before then
          local oldTime, oldNumber = parts(before)
          if oldTime > time or oldTime == time and oldNumber >= number then return 0 end
        end
        redis.call('SET', KEYS[2], ARGV[1])
        return 1
        """
}
