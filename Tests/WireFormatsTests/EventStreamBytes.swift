import GatewayTypes
import JSON

@testable import WireFormats

/// Amazon's binary messages as a provider sends them, written independently of the decoder.
enum EventStreamBytes {
    static func message(_ headers: [(String, String)], _ payload: [UInt8]) -> [UInt8] {
        var head: [UInt8] = []
        for (name, value) in headers {
            head += [UInt8(name.utf8.count)] + Array(name.utf8) + [7]
            head += [UInt8(value.utf8.count >> 8), UInt8(value.utf8.count & 255)] + Array(value.utf8)
        }
        var bytes = number(16 + head.count + payload.count) + number(head.count)
        bytes += number(Int(checksum(bytes))) + head + payload
        return bytes + number(Int(checksum(bytes)))
    }

    static func event(_ name: String, _ payload: String) -> [UInt8] {
        message(
            [(":event-type", name), (":content-type", "application/json"), (":message-type", "event")],
            Array(payload.utf8))
    }

    static func exception(_ name: String, _ payload: String) -> [UInt8] {
        message([(":exception-type", name), (":message-type", "exception")], Array(payload.utf8))
    }

    /// One message of `invoke-with-response-stream`.
    static func chunk(_ event: String) -> [UInt8] {
        let bytes = base64(Array(event.utf8))
        return Self.event("chunk", #"{"bytes":"\#(bytes)","p":"abc"}"#)
    }

    /// The messages of a text with an `event:` and a `data:` line for each; a name after `exception:` is an exception's.
    static func stream(_ text: String) -> [UInt8] {
        var decoder = SSEDecoder()
        let records = ((try? decoder.feed(Array(text.utf8))) ?? []) + decoder.finish()
        return records.flatMap { record in
            guard let name = record.name, (try? JSONValue.parse(record.data)) != nil else { return [UInt8]() }
            let payload = String(decoding: record.data, as: UTF8.self)
            let mark = "exception:"
            return name.hasPrefix(mark) ? exception(String(name.dropFirst(mark.count)), payload) : event(name, payload)
        }
    }

    /// Bit by bit, as the polynomial says.
    private static func checksum(_ bytes: [UInt8]) -> UInt32 {
        var rest: UInt32 = 0xFFFF_FFFF
        for byte in bytes {
            rest ^= UInt32(byte)
            for _ in 0..<8 { rest = (rest >> 1) ^ (rest & 1 == 1 ? 0xEDB8_8320 : 0) }
        }
        return rest ^ 0xFFFF_FFFF
    }

    private static func number(_ value: Int) -> [UInt8] {
        [UInt8(value >> 24 & 255), UInt8(value >> 16 & 255), UInt8(value >> 8 & 255), UInt8(value & 255)]
    }

    private static func base64(_ bytes: [UInt8]) -> String {
        let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
        var output = ""
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = Array(bytes[start..<min(start + 3, bytes.count)])
            let bits = (0..<3).reduce(0) { $0 << 8 | ($1 < group.count ? Int(group[$1]) : 0) }
            for place in 0..<4 { output.append(place <= group.count ? digits[bits >> (18 - place * 6) & 63] : "=") }
        }
        return output
    }
}

extension WireFormat {
    /// A stream of this format from a text with its records: server-sent events, lines, or binary messages.
    func streamBytes(_ text: String) -> [UInt8] {
        self == .bedrockConverse ? EventStreamBytes.stream(text) : Array(text.utf8)
    }
}
