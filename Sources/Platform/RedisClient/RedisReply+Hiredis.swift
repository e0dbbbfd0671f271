internal import CHiredis

extension RedisReply {
    /// Copies what hiredis has read; the caller frees `reply`.
    init(copying reply: UnsafePointer<redisReply>) {
        let reply = reply.pointee
        switch reply.type {
        case REDIS_REPLY_INTEGER: self = .integer(Int(reply.integer))
        case REDIS_REPLY_STATUS: self = .status(String(decoding: Self.text(of: reply), as: UTF8.self))
        case REDIS_REPLY_STRING: self = .bytes([UInt8](Self.text(of: reply)))
        case REDIS_REPLY_ARRAY: self = .array(Self.elements(of: reply))
        case REDIS_REPLY_ERROR:
            let (code, message) = RedisError.parts(of: String(decoding: Self.text(of: reply), as: UTF8.self))
            self = .refused(code: code, message: message)
        default: self = .null  // REDIS_REPLY_NIL; other types belong to a version of the protocol that is not asked for
        }
    }

    private static func text(of reply: redisReply) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: reply.str, count: reply.str == nil ? 0 : reply.len)
    }

    private static func elements(of reply: redisReply) -> [RedisReply] {
        guard let first = reply.element else { return [] }
        return UnsafeBufferPointer(start: first, count: reply.elements).map { element in
            element.map { RedisReply(copying: $0) } ?? .null
        }
    }
}
