internal import HTTPTypes

extension RequestHead {
    /// `method SP target SP HTTP/major.minor` (RFC 9112, section 3), one space at a time.
    mutating func readRequestLine(_ line: Span<UInt8>, targetLimit: Int) throws(FramingError) {
        var index = 0
        while index < line.count, Octet.isToken(line[index]) { index += 1 }
        guard index > 0, index < line.count, line[index] == Octet.space else { throw .malformedRequestLine }
        method = Self.method(line, 0..<index)
        let start = index + 1
        index = start
        var question: Int?
        while index < line.count, line[index] > Octet.space, line[index] < 0x7F {
            if question == nil, line[index] == UInt8(ascii: "?") { question = index }
            index += 1
        }
        guard index > start, index < line.count, line[index] == Octet.space else { throw .malformedRequestLine }
        guard index - start <= targetLimit else { throw .targetTooLong }
        try readVersion(line.extracting(index + 1..<line.count))
        guard method != .other("CONNECT") else { throw .unsupportedMethod }
        try readTarget(line, start..<index, question: question)
    }

    private mutating func readTarget(_ line: Span<UInt8>, _ range: Range<Int>, question: Int?) throws(FramingError) {
        target = line.text(range)
        if let question { query = line.text(question + 1..<range.upperBound) }
        let end = question ?? range.upperBound
        let start: Int
        if line[range.lowerBound] == UInt8(ascii: "/") {
            start = range.lowerBound
        } else if line.matches("*", in: range), method == .options {
            start = range.lowerBound
        } else {
            guard let authority = Self.authorityStart(line, range) else { throw .malformedTarget }
            var slash = authority
            while slash < end, line[slash] != UInt8(ascii: "/") {
                guard Octet.isHost(line[slash]) else { throw .malformedTarget }
                slash += 1
            }
            guard slash > authority else { throw .malformedTarget }
            start = slash
        }
        path = start == range.lowerBound && question == nil ? target : start == end ? "/" : line.text(start..<end)
    }

    private static func authorityStart(_ line: Span<UInt8>, _ range: Range<Int>) -> Int? {
        for scheme: StaticString in ["http://", "https://"] {
            let end = range.lowerBound + scheme.utf8CodeUnitCount
            if end <= range.upperBound, line.matches(scheme, in: range.lowerBound..<end) { return end }
        }
        return nil
    }

    /// `HTTP/` in capitals, a digit, a dot, a digit (RFC 9112, section 2.3).
    private mutating func readVersion(_ version: Span<UInt8>) throws(FramingError) {
        let expected: StaticString = "HTTP/"
        guard version.count == 8, version[6] == UInt8(ascii: ".") else { throw .malformedRequestLine }
        let isHTTP = expected.withUTF8Buffer { expected in (0..<5).allSatisfy { version[$0] == expected[$0] } }
        let major = version[5] &- 0x30
        let minor = version[7] &- 0x30
        guard isHTTP, major <= 9, minor <= 9 else { throw .malformedRequestLine }
        guard major == 1 else { throw .unsupportedVersion }
        minorVersion = min(Int(minor), 1)
    }

    private static func method(_ line: Span<UInt8>, _ range: Range<Int>) -> HTTPMethod {
        let bytes = line.extracting(range)
        if bytes.count == 4, bytes[0] == UInt8(ascii: "P"), bytes[1] == UInt8(ascii: "O"),
            bytes[2] == UInt8(ascii: "S"),
            bytes[3] == UInt8(ascii: "T")
        {
            return .post
        }
        return HTTPMethod(line.text(range))
    }
}
