internal import Crypto

/// A Lua script and the name by which Redis knows it once it has seen it. Make it once (`static let`): the name is a digest.
public struct RedisScript: Sendable {
    public let source: String
    /// SHA-1 of the source in 40 hexadecimal digits, as `EVALSHA` wants it.
    public let digest: String

    public init(_ source: String) {
        self.source = source
        digest = SHA1.hexDigest(source)
    }

    /// The command that runs it by name, or with its source for a Redis that does not know it (yet, or any more).
    func command(withSource: Bool, keys: [String], arguments: [RedisWord]) -> [RedisWord] {
        var words: [RedisWord] = []
        words.reserveCapacity(3 + keys.count + arguments.count)
        words.append(withSource ? "EVAL" : "EVALSHA")
        words.append(.text(withSource ? source : digest))
        words.append(.integer(keys.count))
        for key in keys { words.append(.text(key)) }
        words.append(contentsOf: arguments)
        return words
    }
}
