import Testing

@testable import RedisClient

@Suite struct CommandEncoderTests {
    @Test("A command is an array of bulk strings, each behind its length in bytes")
    func protocolText() {
        var output = Array("before".utf8)
        CommandEncoder.append(["SET", .text("é"), .integer(-120), .bytes([0, 13, 10]), ""], to: &output)
        CommandEncoder.append([], to: &output)
        let first = "*5\r\n$3\r\nSET\r\n$2\r\né\r\n$4\r\n-120\r\n$3\r\n\0\r\n\r\n$0\r\n\r\n"
        #expect(String(decoding: output, as: UTF8.self) == "before" + first + "*0\r\n")
    }

    @Test(
        "Numbers are written to their last digit",
        arguments: [0, 9, 10, 99, 100, -1, -10, 1_234_567_890, .max, .min])
    func numbers(number: Int) {
        var output: [UInt8] = []
        CommandEncoder.append([.integer(number)], to: &output)
        let text = String(number)
        #expect(String(decoding: output, as: UTF8.self) == "*1\r\n$\(text.utf8.count)\r\n\(text)\r\n")
    }

    @Test("Long words and many of them fit, whatever room there was")
    func long() {
        var output: [UInt8] = []
        for count in [0, 1, 10, 100, 1000, 100_000] {
            let start = output.count
            CommandEncoder.append([.bytes(Array(repeating: 7, count: count)), .text("end")], to: &output)
            let head = "*2\r\n$\(count)\r\n"
            #expect(output.count - start == head.utf8.count + count + 2 + 9)
            #expect(output.suffix(11).elementsEqual("\r\n$3\r\nend\r\n".utf8))
        }
    }
}
