internal import GatewayTypes

/// One message of Amazon's binary event stream.
struct EventStreamMessage {
    enum Outcome {
        case incomplete
        /// The bytes are no message, and where the next would begin cannot be known.
        case corrupt(String)
        case message(EventStreamMessage, next: Int)
    }

    /// The headers that are text, which is all that matter.
    private var headers: [String: String] = [:]
    private(set) var payload: [UInt8] = []

    var type: String? { headers[":event-type"] }

    /// The exception or error that the message is, if it is one.
    var fault: UpstreamFailure? {
        switch headers[":message-type"] {
        case "exception":
            BedrockFailure.read(status: nil, type: headers[":exception-type"] ?? "", body: payload)
        case "error":
            BedrockFailure.read(
                status: nil, type: headers[":error-code"] ?? "", message: headers[":error-message"] ?? "")
        default: nil
        }
    }

    /// - Parameters:
    ///   - start: where in `bytes` the message begins.
    ///   - longest: the most bytes of a message.
    static func read(_ bytes: [UInt8], from start: Int, longest: Int) -> Outcome {
        guard bytes.count - start >= 12 else { return .incomplete }
        guard CRC32.of(bytes[start..<start + 8]) == number(bytes, start + 8) else {
            return .corrupt("the checksum of a message's beginning is wrong")
        }
        let length = Int(number(bytes, start))
        let headersLength = Int(number(bytes, start + 4))
        guard length >= 16 + headersLength, length <= longest else { return .corrupt("a message's length is wrong") }
        guard bytes.count - start >= length else { return .incomplete }
        let end = start + length
        guard CRC32.of(bytes[start..<end - 4]) == number(bytes, end - 4) else {
            return .corrupt("the checksum of a message is wrong")
        }
        var message = EventStreamMessage()
        let headersEnd = start + 12 + headersLength
        guard message.readHeaders(bytes[start + 12..<headersEnd]) else {
            return .corrupt("the headers of a message are broken")
        }
        message.payload = Array(bytes[headersEnd..<end - 4])
        return .message(message, next: end)
    }

    /// - Returns: whether the headers fill their space exactly.
    private mutating func readHeaders(_ bytes: ArraySlice<UInt8>) -> Bool {
        var rest = bytes
        while let nameLength = rest.popFirst() {
            guard nameLength > 0, rest.count > Int(nameLength) else { return false }
            let name = String(decoding: rest.prefix(Int(nameLength)), as: UTF8.self)
            rest = rest.dropFirst(Int(nameLength))
            guard let kind = rest.popFirst(), let length = Self.valueLength(kind, &rest), rest.count >= length else {
                return false
            }
            if kind == 7 { headers[name] = String(decoding: rest.prefix(length), as: UTF8.self) }
            rest = rest.dropFirst(length)
        }
        return true
    }

    /// How many bytes a header's value has, by its kind: true, false, byte, short, integer, long, bytes, text, time, UUID.
    private static func valueLength(_ kind: UInt8, _ rest: inout ArraySlice<UInt8>) -> Int? {
        switch kind {
        case 0, 1: return 0
        case 2: return 1
        case 3: return 2
        case 4: return 4
        case 5, 8: return 8
        case 6, 7:
            guard let high = rest.popFirst(), let low = rest.popFirst() else { return nil }
            return Int(high) << 8 | Int(low)
        case 9: return 16
        default: return nil
        }
    }

    private static func number(_ bytes: [UInt8], _ offset: Int) -> UInt32 {
        bytes[offset..<offset + 4].reduce(0) { $0 << 8 | UInt32($1) }
    }
}
