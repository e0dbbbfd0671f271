internal import HTTPTypes

/// The head of an answer, fed line by line as libcurl hands it out: 1xx heads pass by, trailers are dropped.
struct ResponseHead {
    private(set) var status = 0
    private(set) var headers = HTTPHeaders()
    private(set) var version = HTTPClientResponse.Version.http11
    /// The final head is whole.
    private(set) var isComplete = false
    /// Bytes of all heads, 1xx included.
    private var byteCount = 0

    /// All heads of one exchange together, in bytes.
    static let sizeLimit = 256 * 1024

    /// Whether the first line of the final answer has come.
    var hasBegun: Bool { status >= 200 }

    /// What a line made of the head.
    enum Step: Equatable {
        case more
        /// This was the final head's last line.
        case complete
        case broken(String)
    }

    /// Takes one line with its line ending.
    mutating func take(_ line: UnsafeRawBufferPointer) -> Step {
        guard !isComplete else { return .more }
        byteCount += line.count
        guard byteCount <= Self.sizeLimit else { return .broken("the head is over \(Self.sizeLimit) bytes") }
        var end = line.count
        while end > 0, line[end - 1] == UInt8(ascii: "\n") || line[end - 1] == UInt8(ascii: "\r") { end -= 1 }
        let text = UnsafeRawBufferPointer(rebasing: line[..<end])
        if text.isEmpty { return endHead() }
        return status == 0 ? begin(text) : add(text)
    }

    private mutating func endHead() -> Step {
        guard status >= 200 else {
            status = 0
            headers = HTTPHeaders()
            return .more
        }
        isComplete = true
        return .complete
    }

    /// `HTTP/1.1 200 OK`; libcurl writes `HTTP/2 200` for HTTP/2.
    private mutating func begin(_ line: UnsafeRawBufferPointer) -> Step {
        guard line.count >= 10, let space = line.firstIndex(of: UInt8(ascii: " ")), line.count >= space + 4 else {
            return .broken("status line")
        }
        var code = 0
        for byte in line[(space + 1)..<(space + 4)] {
            guard byte >= 0x30, byte <= 0x39 else { return .broken("status line") }
            code = code * 10 + Int(byte - 0x30)
        }
        guard code >= 100, code != 101 else { return .broken("status \(code)") }
        status = code
        version = line[5] == UInt8(ascii: "2") ? .http2 : line[7] == UInt8(ascii: "0") ? .http10 : .http11
        headers.reserve(fields: 24, bytes: 768)
        return .more
    }

    private mutating func add(_ line: UnsafeRawBufferPointer) -> Step {
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")), colon > 0 else { return .broken("header line") }
        for byte in line[..<colon] where byte <= 0x20 || byte >= 0x7F { return .broken("header name") }
        var start = colon + 1
        var end = line.count
        while start < end, line[start] == 0x20 || line[start] == 0x09 { start += 1 }
        while end > start, line[end - 1] == 0x20 || line[end - 1] == 0x09 { end -= 1 }
        // A bare CR or a NUL would be a line ending to somebody further on.
        for byte in line[start..<end] where (byte < 0x20 && byte != 0x09) || byte == 0x7F {
            return .broken("header value")
        }
        headers.append(
            name: UnsafeRawBufferPointer(rebasing: line[..<colon]),
            value: UnsafeRawBufferPointer(rebasing: line[start..<end]))
        return .more
    }

    /// The length that the head declares, of the body as it travels.
    var contentLength: Int? { headers["content-length"].flatMap { Int($0) } }

    /// Takes away what is no longer true once libcurl has decompressed the body.
    mutating func describeDecoded() {
        guard let encoding = headers["content-encoding"], encoding != "identity" else { return }
        headers["content-encoding"] = nil
        headers["content-length"] = nil
    }
}
