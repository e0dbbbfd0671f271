extension RedisConnection {
    /// Sends a command and waits for its reply. Called on the connection's loop.
    func ask(_ words: [RedisWord]) async -> Result<RedisReply, RedisError> {
        await withCheckedContinuation { caller in send(words) { caller.resume(returning: $0) } }
    }
}
