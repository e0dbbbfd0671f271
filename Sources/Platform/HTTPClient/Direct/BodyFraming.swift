internal import HTTPTypes

/// How the end of an answer's body is told (RFC 9112, section 6.3), and what else of the head concerns the connection.
/// Anything that two readers could take for two different lengths is refused.
struct BodyFraming {
    enum End: Equatable {
        case none
        case length(Int)
        case chunked
        case close
    }

    let end: End
    /// Whether the connection may serve another request once the body has ended.
    let keepsConnection: Bool
    /// How the body is compressed; `nil` for not at all.
    let compression: Decompressor.Format?

    init(_ head: ResponseHead, to method: HTTPMethod) throws(HTTPClientError) {
        var fields = Fields()
        try head.headers.forEachBytes { (name, value) throws(HTTPClientError) in try fields.take(name, value) }
        let isOld = head.version == .http10
        guard !fields.isChunked || (fields.length == nil && !isOld) else {
            throw .protocolViolation("a transfer coding where there must be none")
        }
        end =
            if method == .head || head.status == 204 || head.status == 304 {
                .none
            } else if fields.isChunked {
                .chunked
            } else if let length = fields.length {
                length == 0 ? .none : .length(length)
            } else {
                .close
            }
        compression = end == .none ? nil : fields.compression
        keepsConnection = !fields.closes && (!isOld || fields.keeps) && end != .close
    }

    private struct Fields {
        var length: Int?
        var isChunked = false
        var closes = false
        var keeps = false
        var compression: Decompressor.Format?

        mutating func take(_ name: Span<UInt8>, _ value: Span<UInt8>) throws(HTTPClientError) {
            let all = 0..<name.count
            switch name.count {
            case 10 where name.matches("connection", in: all): takeOptions(value)
            case 14 where name.matches("content-length", in: all): try takeLengths(value)
            case 16 where name.matches("content-encoding", in: all): try takeEncoding(value)
            case 17 where name.matches("transfer-encoding", in: all):
                guard !isChunked, value.matches("chunked", in: 0..<value.count) else {
                    throw .protocolViolation("transfer coding")
                }
                isChunked = true
            default: break
            }
        }

        private mutating func takeOptions(_ value: Span<UInt8>) {
            value.forEachElement { option in
                if value.matches("close", in: option) { closes = true }
                if value.matches("keep-alive", in: option) { keeps = true }
            }
        }

        /// Digits; a repetition of the same number, as some proxies make of two equal fields, is harmless.
        private mutating func takeLengths(_ value: Span<UInt8>) throws(HTTPClientError) {
            try value.forEachElement { (element) throws(HTTPClientError) in
                var number = 0
                for index in element {
                    let digit = value[index] &- 0x30
                    guard digit <= 9, number < 1 << 58 else { throw .protocolViolation("content length") }
                    number = number * 10 + Int(digit)
                }
                guard !element.isEmpty, length == nil || length == number else {
                    throw .protocolViolation("content length")
                }
                length = number
            }
        }

        private mutating func takeEncoding(_ value: Span<UInt8>) throws(HTTPClientError) {
            try value.forEachElement { (element) throws(HTTPClientError) in
                if element.isEmpty || value.matches("identity", in: element) { return }
                guard compression == nil else { throw .protocolViolation("a body that is compressed twice") }
                if value.matches("gzip", in: element) || value.matches("x-gzip", in: element) {
                    compression = .gzip
                } else if value.matches("deflate", in: element) {
                    compression = .deflate
                } else {
                    throw .protocolViolation("a content encoding that nobody asked for")
                }
            }
        }
    }
}

extension Span<UInt8> {
    /// The elements of a comma-separated list, without the blanks around them.
    fileprivate func forEachElement<Failure: Error>(
        _ body: (Range<Int>) throws(Failure) -> Void
    ) throws(Failure) {
        var start = 0
        while start <= count {
            var end = start
            while end < count, self[end] != Octet.comma { end += 1 }
            try body(trimmed(start..<end))
            start = end + 1
        }
    }
}
