/// Notes how far a request has come, if its hold is still there. Key: holds. Arguments: the hold's id, the progress.
enum CheckpointScript {
    static let source = """
        if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 1 then
          redis.call('HSET', KEYS[1], ARGV[1] .. '+', ARGV[2])
        end
        return 0
        """
}
