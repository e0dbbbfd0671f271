/// The database has some rows: takes them out of the stream, and notes the last one's place if none behind it was noted.
///
/// Keys: stream, place up to which rows were moved. Arguments: the rows' places.
enum MovedScript {
    /// Rows of one call; Lua hands a command no more than some thousand words.
    static let mostRows = 1000

    static let source = """
        redis.call('XDEL', KEYS[1], unpack(ARGV))
        local function parts(place)
          local time, number = string.match(place, '^(%d+)-(%d+)$')
          return tonumber(time), tonumber(number)
        end
        local last = ARGV[#ARGV]
        local time, number = parts(last)
        local before = redis.call('GET', KEYS[2])
        if before then
          local oldTime, oldNumber = parts(before)
          if oldTime > time or oldTime == time and oldNumber >= number then return 0 end
        end
        redis.call('SET', KEYS[2], last)
        return 1
        """
}
