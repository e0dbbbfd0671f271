internal import HTTPTypes

/// Writes the heads of requests, into a buffer that is used again and again.
struct RequestHeadWriter {
    private(set) var bytes: [UInt8] = []
    private let userAgent: [UInt8]

    init(userAgent: String) {
        self.userAgent = Array("user-agent: \(userAgent)\r\n".utf8)
        bytes.reserveCapacity(2048)
    }

    /// Writes a whole head, in place of the one before.
    /// - Throws: `protocolViolation` for a method, name or value that would end its line, or another's.
    mutating func compose(_ request: HTTPClientRequest, to target: Target) throws(HTTPClientError) {
        bytes.removeAll(keepingCapacity: true)
        let method = request.method.token
        guard !method.isEmpty, method.utf8.allSatisfy(Octet.isToken) else {
            throw .protocolViolation("the request's method is no token")
        }
        append(method)
        bytes.append(contentsOf: target.requestLine)
        var own = Own()
        try request.headers.forEachBytes { (name, value) throws(HTTPClientError) in
            switch Self.kind(name) {
            case .framing: return
            case .host: own.remove(.host)
            case .userAgent: own.remove(.userAgent)
            case .accept: own.remove(.accept)
            case .acceptEncoding: own.remove(.acceptEncoding)
            case .other: break
            }
            try append(name, value)
        }
        if own.contains(.host) { bytes.append(contentsOf: target.hostField) }
        if own.contains(.userAgent) { bytes.append(contentsOf: userAgent) }
        if own.contains(.accept) { append("accept: */*\r\n") }
        if own.contains(.acceptEncoding) { append("accept-encoding: identity\r\n") }
        if request.hasBody { appendLength(request.body.count) }
        bytes.append(Octet.carriageReturn)
        bytes.append(Octet.lineFeed)
    }

    /// The fields that are ours unless the request brings them.
    private struct Own: OptionSet {
        var rawValue: UInt8 = 0xF
        static let host = Own(rawValue: 1)
        static let userAgent = Own(rawValue: 2)
        static let accept = Own(rawValue: 4)
        static let acceptEncoding = Own(rawValue: 8)
    }

    private enum Kind {
        case framing, host, userAgent, accept, acceptEncoding, other
    }

    private static func kind(_ name: Span<UInt8>) -> Kind {
        let all = 0..<name.count
        switch name.count {
        case 2: return name.matches("te", in: all) ? .framing : .other
        case 4: return name.matches("host", in: all) ? .host : .other
        case 6:
            if name.matches("accept", in: all) { return .accept }
            return name.matches("expect", in: all) ? .framing : .other
        case 7: return name.matches("upgrade", in: all) ? .framing : .other
        case 10:
            if name.matches("user-agent", in: all) { return .userAgent }
            return name.matches("connection", in: all) || name.matches("keep-alive", in: all) ? .framing : .other
        case 14: return name.matches("content-length", in: all) ? .framing : .other
        case 15: return name.matches("accept-encoding", in: all) ? .acceptEncoding : .other
        case 17: return name.matches("transfer-encoding", in: all) ? .framing : .other
        default: return .other
        }
    }

    private mutating func append(_ name: Span<UInt8>, _ value: Span<UInt8>) throws(HTTPClientError) {
        var isSafe = name.count > 0
        for index in name.indices where !Octet.isToken(name[index]) { isSafe = false }
        for index in value.indices where !Octet.isText(value[index]) { isSafe = false }
        guard isSafe else { throw .protocolViolation("control characters in a request header") }
        bytes.append(name)
        bytes.append(Octet.colon)
        bytes.append(Octet.space)
        bytes.append(value)
        bytes.append(Octet.carriageReturn)
        bytes.append(Octet.lineFeed)
    }

    private mutating func append(_ text: String) { bytes.append(contentsOf: text.utf8) }

    private mutating func appendLength(_ count: Int) {
        append("content-length: ")
        appendDecimal(count)
        bytes.append(Octet.carriageReturn)
        bytes.append(Octet.lineFeed)
    }

    private mutating func appendDecimal(_ number: Int) {
        if number >= 10 { appendDecimal(number / 10) }
        bytes.append(0x30 + UInt8(number % 10))
    }
}
