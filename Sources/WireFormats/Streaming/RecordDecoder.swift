public import GatewayTypes

/// The decoder of a stream's framing.
public enum RecordDecoder: Sendable {
    case serverSentEvents(SSEDecoder)
    case lines(LineDecoder)
    case eventStream(EventStreamDecoder)

    public init(_ framing: StreamFraming) {
        switch framing {
        case .serverSentEvents: self = .serverSentEvents(SSEDecoder())
        case .lines: self = .lines(LineDecoder())
        case .eventStream: self = .eventStream(EventStreamDecoder())
        }
    }

    /// - Throws: `badAnswer` when a record outgrows `SSEDecoder.recordLimit`.
    public mutating func feed(_ bytes: [UInt8]) throws(UpstreamFailure) -> [StreamRecord] {
        switch self {
        case .serverSentEvents(var decoder):
            self = .lines(LineDecoder())  // leaves one owner of the held bytes, so they are not copied
            defer { self = .serverSentEvents(decoder) }
            return try decoder.feed(bytes)
        case .lines(var decoder):
            self = .serverSentEvents(SSEDecoder())
            defer { self = .lines(decoder) }
            return try decoder.feed(bytes)
        case .eventStream(var decoder):
            self = .lines(LineDecoder())
            defer { self = .eventStream(decoder) }
            return decoder.feed(bytes)
        }
    }

    /// What is left when the stream has ended.
    public mutating func finish() -> [StreamRecord] {
        switch self {
        case .serverSentEvents(var decoder):
            defer { self = .serverSentEvents(decoder) }
            return decoder.finish()
        case .lines(var decoder):
            defer { self = .lines(decoder) }
            return decoder.finish()
        case .eventStream(var decoder):
            defer { self = .eventStream(decoder) }
            return decoder.finish()
        }
    }
}
