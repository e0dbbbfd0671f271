internal import CHiredis

/// hiredis's parser: bytes in any pieces become whole replies.
struct ReplyReader: ~Copyable {
    /// The most that a reply which is not complete may take, so that a peer gone mad cannot take all memory.
    static let largestReply = 256 << 20
    private let reader: UnsafeMutablePointer<redisReader>

    init() {
        guard let reader = redisReaderCreate() else { preconditionFailure("no memory for a Redis connection") }
        self.reader = reader
    }

    deinit { redisReaderFree(reader) }

    /// - Throws: what is wrong with the bytes, or that there are too many.
    borrowing func feed(_ bytes: RawSpan) throws(RedisOutage) {
        let status = bytes.withUnsafeBytes {
            redisReaderFeed(reader, $0.baseAddress?.assumingMemoryBound(to: CChar.self), $0.count)
        }
        guard status == REDIS_OK else { throw fault }
        guard redis_reader_backlog(reader) <= Self.largestReply else {
            throw .notRedis("a reply is longer than \(Self.largestReply >> 20) MB")
        }
    }

    /// The next reply that is complete.
    borrowing func next() throws(RedisOutage) -> RedisReply? {
        var reply: UnsafeMutableRawPointer?
        guard redisReaderGetReply(reader, &reply) == REDIS_OK else { throw fault }
        guard let reply else { return nil }
        defer { freeReplyObject(reply) }
        return RedisReply(copying: reply.assumingMemoryBound(to: redisReply.self))
    }

    private var fault: RedisOutage {
        let text = withUnsafeBytes(of: reader.pointee.errstr) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        return .notRedis(text)
    }
}
