internal import GatewayTypes

/// Cuts Amazon's binary event stream (`application/vnd.amazon.eventstream`) into records, whatever pieces it arrives in.
///
/// A message is a prelude (length of the whole, length of the headers, CRC of these eight bytes), the headers, a payload,
/// and a CRC of all before it; numbers are big-endian. A record's `name` is the event's type, its `data` the payload. An
/// exception, or bytes that are no message, is a record with a `fault`, after which there are no more.
public struct EventStreamDecoder: Sendable {
    /// The most bytes of one message; Amazon's own limit is 16 MB of payload.
    static let messageLimit = SSEDecoder.recordLimit + 256 * 1024
    private static let preludeLength = 12
    private static let leastLength = 16

    private enum Mode { case undecided, messages, json, ended }

    private var held: [UInt8] = []
    private var mode = Mode.undecided

    public init() {}

    public mutating func feed(_ bytes: [UInt8]) -> [StreamRecord] {
        guard mode != .ended else { return [] }
        held += bytes
        if mode == .undecided, let first = held.first {
            // No length begins with these bytes: the provider answered in JSON where a stream was asked for.
            let isJSON = first == UInt8(ascii: "{") || [0x20, 0x0A, 0x0D, 0x09].contains(first)
            mode = isJSON ? .json : .messages
        }
        if mode == .json { return held.count > Self.messageLimit ? [end(.notAMessage)] : [] }
        var records: [StreamRecord] = []
        var start = 0
        while mode == .messages {
            switch EventStreamMessage.read(held, from: start, longest: Self.messageLimit) {
            case .incomplete:
                held.removeFirst(start)
                return records
            case .corrupt(let why): records.append(end(.noAnswer(why)))
            case .message(let message, let next):
                start = next
                if let fault = message.fault {
                    records.append(end(fault))
                } else {
                    records.append(StreamRecord(name: message.type, data: message.payload))
                }
            }
        }
        return records
    }

    /// What is left when the stream has ended: JSON in its place, or half a message.
    public mutating func finish() -> [StreamRecord] {
        guard mode != .ended, !held.isEmpty else { return [] }
        defer { mode = .ended }
        return mode == .json ? [StreamRecord(data: held)] : [StreamRecord(data: [], fault: .cutStream)]
    }

    private mutating func end(_ fault: UpstreamFailure) -> StreamRecord {
        mode = .ended
        held = []
        return StreamRecord(data: [], fault: fault)
    }
}

extension UpstreamFailure {
    fileprivate static var notAMessage: UpstreamFailure { .noAnswer("it is too large") }
}
