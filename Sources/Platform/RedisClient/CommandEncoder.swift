internal import CHiredis

/// Writes commands in Redis's protocol with hiredis's formatter. Keeps its buffers from one command to the next.
struct CommandEncoder {
    private var words: [UInt8] = []
    private var lengths: [Int] = []

    mutating func append(_ command: [RedisWord], to output: inout [UInt8]) {
        words.removeAll(keepingCapacity: true)
        lengths.removeAll(keepingCapacity: true)
        for word in command {
            let start = words.count
            word.append(to: &words)
            lengths.append(words.count - start)
        }
        var text: UnsafeMutablePointer<CChar>?
        let length = words.withUnsafeBytes {
            redis_format(&text, Int32(lengths.count), $0.baseAddress?.assumingMemoryBound(to: CChar.self), lengths)
        }
        guard let text, length >= 0 else { preconditionFailure("no memory for a Redis command") }
        output.append(contentsOf: UnsafeRawBufferPointer(start: text, count: Int(length)))
        redisFreeCommand(text)
    }
}
