/// Amazon's binary messages from a text of `event:` and `data:` lines, with right lengths and checksums.
enum BinaryMessages {
    static func framed(_ text: [UInt8]) -> [UInt8] {
        var output: [UInt8] = []
        var name: [UInt8] = []
        for line in text.split(separator: UInt8(ascii: "\n")) {
            if line.starts(with: "event: ".utf8) {
                name = Array(line.dropFirst(7).prefix(200))
            } else if line.starts(with: "data: ".utf8) {
                output += message(name, Array(line.dropFirst(6)))
            }
        }
        return output
    }

    private static func message(_ name: [UInt8], _ payload: [UInt8]) -> [UInt8] {
        let mark = Array("exception:".utf8)
        let isException = name.starts(with: mark)
        let kind = isException ? ":exception-type" : ":event-type"
        var head = header(kind, isException ? Array(name.dropFirst(mark.count)) : name)
        head += header(":message-type", Array((isException ? "exception" : "event").utf8))
        var bytes = number(UInt32(16 + head.count + payload.count)) + number(UInt32(head.count))
        bytes += number(checksum(bytes)) + head + payload
        return bytes + number(checksum(bytes))
    }

    private static func header(_ name: String, _ value: [UInt8]) -> [UInt8] {
        [UInt8(name.utf8.count)] + Array(name.utf8) + [7, 0, UInt8(min(value.count, 255))] + value.prefix(255)
    }

    private static func number(_ value: UInt32) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> UInt32($0)) }
    }

    private static func checksum(_ bytes: [UInt8]) -> UInt32 {
        var rest: UInt32 = 0xFFFF_FFFF
        for byte in bytes {
            rest ^= UInt32(byte)
            for _ in 0..<8 { rest = (rest >> 1) ^ (rest & 1 == 1 ? 0xEDB8_8320 : 0) }
        }
        return rest ^ 0xFFFF_FFFF
    }
}
