internal import HTTPTypes

/// The head of one request after another, read from bytes in whatever pieces they come. It holds bytes back only of a line
/// whose end has not come yet. The verdicts on bad framing are those of nginx and RFC 9112.
struct RequestParser {
    enum Outcome {
        /// All bytes are taken and the head is not complete.
        case needsMore
        /// The head ended after `consumed` of the bytes; what follows is body or the next request.
        case head(RequestHead, consumed: Int)
        /// The connection is beyond repair; feed no more.
        case refused(FramingError)
    }

    struct Limits {
        var headerBytes = 65_536
        var bodyBytes = 67_108_864
        var targetBytes = 16_384
        var fields = 200
    }

    private enum Line {
        case ends(at: Int)
        case open
        case tooLong
        case malformed
    }

    let limits: Limits
    /// The start of a line whose end has not come.
    private var partial: [UInt8] = []
    private var head = RequestHead()
    private var isInFields = false
    /// Bytes of the complete lines so far, their ends included.
    private var size = 0
    private var hasHost = false
    private var hasLength = false
    private var isChunked = false

    init(limits: Limits) { self.limits = limits }

    /// Of the head that is being read, once its first line has come.
    var path: String { head.path }

    /// Whether bytes of a head have come and its end has not. Empty lines before a request do not count.
    var isInHead: Bool { isInFields || !partial.isEmpty }

    mutating func feed(_ bytes: Span<UInt8>) -> Outcome {
        var start = 0
        while true {
            switch findLine(in: bytes, from: start) {
            case .open:
                partial.append(bytes.extracting(start..<bytes.count))
                return .needsMore
            case .tooLong: return .refused(isInFields ? .headersTooLarge : .targetTooLong)
            case .malformed: return .refused(isInFields ? .malformedField : .malformedRequestLine)
            case .ends(let end):
                do throws(FramingError) {
                    let isComplete = try takeLine(bytes.extracting(start..<end))
                    start = end + 1
                    if isComplete {
                        let head = try finish()
                        self = RequestParser(limits: limits)
                        return .head(head, consumed: start)
                    }
                } catch {
                    return .refused(error)
                }
            }
        }
    }

    /// A line ends with CRLF or, as nginx has it, with LF alone; CR anywhere else is refused, as are control bytes.
    private func findLine(in bytes: Span<UInt8>, from start: Int) -> Line {
        let allowed = (isInFields ? limits.headerBytes - size : lineLimit) - partial.count
        let end = min(bytes.count, start + allowed)
        var index = start
        if start < end, partial.last == Octet.carriageReturn {
            return bytes[start] == Octet.lineFeed ? .ends(at: start) : .malformed
        }
        while index < end {
            let byte = bytes[index]
            if byte < 0x20 {
                if byte == Octet.lineFeed { return .ends(at: index) }
                if byte == Octet.carriageReturn {
                    guard index + 1 < end else { break }
                    return bytes[index + 1] == Octet.lineFeed ? .ends(at: index + 1) : .malformed
                }
                if byte != Octet.tab { return .malformed }
            } else if byte == 0x7F {
                return .malformed
            }
            index += 1
        }
        return end - start == allowed ? .tooLong : .open
    }

    /// Room for the longest target, a method and the version.
    private var lineLimit: Int { min(limits.headerBytes, limits.targetBytes + 64) }

    /// - Returns: whether the line was the empty one that ends the head.
    private mutating func takeLine(_ rest: Span<UInt8>) throws(FramingError) -> Bool {
        guard !partial.isEmpty else { return try take(line: rest) }
        partial.append(rest)
        let whole = partial
        partial = []
        return try take(line: whole.span)
    }

    private mutating func take(line: Span<UInt8>) throws(FramingError) -> Bool {
        var count = line.count
        if count > 0, line[count - 1] == Octet.carriageReturn { count -= 1 }
        let text = line.extracting(0..<count)
        guard isInFields else {
            guard count > 0 else { return false }
            try head.readRequestLine(text, targetLimit: limits.targetBytes)
            isInFields = true
            size = line.count + 1
            return false
        }
        size += line.count + 1
        guard count > 0 else { return true }
        try takeField(text)
        return false
    }

    private mutating func takeField(_ line: Span<UInt8>) throws(FramingError) {
        guard head.headers.count < limits.fields else { throw .tooManyFields }
        var colon = 0
        while colon < line.count, Octet.isToken(line[colon]) { colon += 1 }
        guard colon > 0, colon < line.count, line[colon] == Octet.colon else { throw .malformedField }
        let name = 0..<colon
        let value = line.trimmed(colon + 1..<line.count)
        if head.headers.isEmpty { head.headers.reserve(fields: 16, bytes: 512) }
        head.headers.append(from: line, name: name, value: value)
        switch colon {
        case 4 where line.matches("host", in: name): try takeHost(line.extracting(value))
        case 6 where line.matches("expect", in: name):
            if line.matches("100-continue", in: value) { head.expectsContinue = true }
        case 10 where line.matches("connection", in: name): takeConnection(line, value)
        case 14 where line.matches("content-length", in: name): try takeLength(line.extracting(value))
        case 17 where line.matches("transfer-encoding", in: name):
            guard line.matches("chunked", in: value) else { throw .unsupportedTransferCoding }
            guard !isChunked else { throw .ambiguousLength }
            isChunked = true
        default: break
        }
    }

    private mutating func takeHost(_ value: Span<UInt8>) throws(FramingError) {
        guard !hasHost else { throw .repeatedHost }
        hasHost = true
        guard value.count > 0 else { throw .malformedHost }
        for index in 0..<value.count where !Octet.isHost(value[index]) { throw .malformedHost }
    }

    /// Digits and nothing else (RFC 9110, section 8.6); a list, even of equal numbers, is refused.
    private mutating func takeLength(_ value: Span<UInt8>) throws(FramingError) {
        guard !hasLength else { throw .repeatedContentLength }
        hasLength = true
        guard value.count > 0 else { throw .malformedContentLength }
        var length = 0
        for index in 0..<value.count {
            let digit = value[index] &- 0x30
            guard digit <= 9, length < Int.max / 10 - 1 else { throw .malformedContentLength }
            length = length * 10 + Int(digit)
        }
        head.body = .length(length)
    }

    private mutating func takeConnection(_ line: Span<UInt8>, _ value: Range<Int>) {
        var start = value.lowerBound
        while start < value.upperBound {
            var end = start
            while end < value.upperBound, line[end] != Octet.comma { end += 1 }
            let option = line.trimmed(start..<end)
            if line.matches("close", in: option) { wantsClose = true }
            if line.matches("keep-alive", in: option) { wantsKeepAlive = true }
            start = end + 1
        }
    }

    private var wantsClose = false
    private var wantsKeepAlive = false

    private mutating func finish() throws(FramingError) -> RequestHead {
        let isOld = head.minorVersion == 0
        guard hasHost || isOld else { throw .missingHost }
        if isChunked {
            guard !hasLength, !isOld else { throw .ambiguousLength }
            head.body = .chunked
        }
        if case .length(let length) = head.body, length > limits.bodyBytes { throw .bodyTooLarge }
        head.keepsAlive = !wantsClose && (!isOld || wantsKeepAlive)
        if isOld { head.expectsContinue = false }
        return head
    }
}
