/// Writes commands in Redis's protocol: an array of bulk strings, each behind its length. What may be written is reserved at
/// once, as an append for each piece would look at the array's owner and room again and again.
struct CommandEncoder {
    /// The first free byte.
    private var target: UnsafeMutablePointer<UInt8>

    static func append(_ command: [RedisWord], to output: inout [UInt8]) {
        let size = command.reduce(longestLine) { $0 + $1.mostBytes + longestLine + 2 }
        if output.capacity - output.count < size {
            output.reserveCapacity(max(output.count + size, output.capacity * 2))
        }
        output.append(addingCapacity: size) { span in
            span.withUnsafeMutableBufferPointer { room, filled in
                guard let start = room.baseAddress else { return }
                var encoder = CommandEncoder(target: start + filled)
                encoder.line(UInt8(ascii: "*"), command.count)
                for word in command { encoder.bulk(word) }
                filled = encoder.target - start
            }
        }
    }

    /// A letter, a 64-bit number and the end of the line.
    private static let longestLine = 23

    private mutating func bulk(_ word: RedisWord) {
        switch word {
        case .text(var text): text.withUTF8 { bulk(UnsafeRawBufferPointer($0)) }
        case .bytes(let bytes): bytes.withUnsafeBytes { bulk($0) }
        case .integer(let number):
            line(UInt8(ascii: "$"), Self.digits(of: number.magnitude) + (number < 0 ? 1 : 0))
            decimal(number)
        }
        lineEnd()
    }

    private mutating func bulk(_ bytes: UnsafeRawBufferPointer) {
        line(UInt8(ascii: "$"), bytes.count)
        guard let start = bytes.baseAddress else { return }
        UnsafeMutableRawPointer(target).copyMemory(from: start, byteCount: bytes.count)
        target += bytes.count
    }

    private mutating func line(_ kind: UInt8, _ count: Int) {
        target.pointee = kind
        target += 1
        decimal(count)
        lineEnd()
    }

    private mutating func lineEnd() {
        target[0] = UInt8(ascii: "\r")
        target[1] = UInt8(ascii: "\n")
        target += 2
    }

    private mutating func decimal(_ number: Int) {
        if number < 0 {
            target.pointee = UInt8(ascii: "-")
            target += 1
        }
        var rest = number.magnitude
        let count = Self.digits(of: rest)
        for place in stride(from: count - 1, through: 0, by: -1) {
            target[place] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        }
        target += count
    }

    /// Without a division for what is short, as most words are.
    private static func digits(of number: UInt) -> Int {
        if number < 10 { return 1 }
        if number < 100 { return 2 }
        if number < 1000 { return 3 }
        return 3 + digits(of: number / 1000)
    }
}
