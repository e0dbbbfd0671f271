import Testing

@testable import HTTPServer

/// Requests and what must become of them.
struct RequestCase: Sendable, CustomTestStringConvertible {
    let bytes: [UInt8]
    let events: [Codec.Event]

    init(_ text: String, _ events: Codec.Event...) {
        bytes = Array(text.utf8)
        self.events = events
    }

    init(bytes: [UInt8], _ events: Codec.Event...) {
        self.bytes = bytes
        self.events = events
    }

    var testDescription: String { String(decoding: bytes.prefix(100), as: UTF8.self) }

    static let good: [RequestCase] = [
        RequestCase("GET / HTTP/1.1\r\nHost: a\r\n\r\n", .head("GET / 1.1 fields 1")),
        RequestCase("GET /a?b=c?d HTTP/1.1\r\nhost: a:80\r\n\r\n", .head("GET /a ?b=c?d 1.1 fields 1")),
        RequestCase("GET /? HTTP/1.1\r\nhost: a\r\n\r\n", .head("GET / ? 1.1 fields 1")),
        RequestCase("\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", .head("GET / 1.1 fields 1")),
        RequestCase("GET / HTTP/1.1\nHost: a\n\n", .head("GET / 1.1 fields 1")),
        RequestCase("GET / HTTP/1.0\r\n\r\n", .head("GET / 1.0 fields 0 close")),
        RequestCase("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n", .head("GET / 1.0 fields 1")),
        RequestCase("GET / HTTP/1.9\r\nHost: [::1]:8080\r\n\r\n", .head("GET / 1.1 fields 1")),
        RequestCase("GET / HTTP/1.1\r\nHost: a\r\nConnection: foo , CLOSE\r\n\r\n", .head("GET / 1.1 fields 2 close")),
        RequestCase("GET http://a.b:80/c?d HTTP/1.1\r\nHost: a.b\r\n\r\n", .head("GET /c ?d 1.1 fields 1")),
        RequestCase("GET HTTP://a.b HTTP/1.1\r\nHost: a.b\r\n\r\n", .head("GET / 1.1 fields 1")),
        RequestCase("GET http://a.b?d HTTP/1.1\r\nHost: a.b\r\n\r\n", .head("GET / ?d 1.1 fields 1")),
        RequestCase("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", .head("OPTIONS * 1.1 fields 1")),
        RequestCase("M-SEARCH /x HTTP/1.1\r\nHost: a\r\n\r\n", .head("M-SEARCH /x 1.1 fields 1")),
        RequestCase("GET / HTTP/1.1\r\nHost: a\r\nX:\r\nY: \t \r\nZ:\tv \r\n\r\n", .head("GET / 1.1 fields 4")),
        RequestCase("GET / HTTP/1.1\r\nHost: a\r\nX: caf\u{E9} \u{1F600}\r\n\r\n", .head("GET / 1.1 fields 2")),
        RequestCase(
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello", .head("POST / 1.1 fields 2 length 5"),
            .body("hello")),
        RequestCase("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 000\r\n\r\n", .head("POST / 1.1 fields 2")),
        RequestCase(
            "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-Continue\r\nContent-Length: 1\r\n\r\nx",
            .head("POST / 1.1 fields 3 expects length 1"), .body("x")),
        RequestCase(
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n5\r\nhello\r\nA;x=\"y\"\r\n0123456789\r\n0\r\n\r\n",
            .head("POST / 1.1 fields 2 chunked"), .body("hello0123456789")),
        RequestCase(
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5 ;a\r\nhello\r\n000\r\nX-Sum: 1\r\nY:\r\n\r\n",
            .head("POST / 1.1 fields 2 chunked"), .body("hello")),
        RequestCase(
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nxGET /2 HTTP/1.1\r\nHost: a\r\n\r\n",
            .head("POST / 1.1 fields 2 length 1"), .body("x"), .head("GET /2 1.1 fields 1")),
        RequestCase("GET / HTTP/1.1\r\nHost: a\r\n", .unfinished),
        RequestCase(
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\nhello", .head("POST / 1.1 fields 2 length 6"),
            .unfinished),
    ]

    private static func get(_ fields: String, _ error: FramingError) -> RequestCase {
        RequestCase("GET / HTTP/1.1\r\nHost: a\r\n\(fields)\r\n\r\n", .refused(error))
    }

    private static func line(_ line: String, _ error: FramingError) -> RequestCase {
        RequestCase("\(line)\r\nHost: a\r\n\r\n", .refused(error))
    }

    private static func chunks(_ chunks: String, _ error: FramingError = .malformedChunk) -> RequestCase {
        RequestCase(
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n\(chunks)",
            .head("POST / 1.1 fields 2 chunked"), .refused(error))
    }

    static let hostile: [RequestCase] = [
        get("Content-Length: 5\r\nContent-Length: 6", .repeatedContentLength),
        get("Content-Length: 5\r\nContent-Length: 5", .repeatedContentLength),
        get("Content-Length: 5, 5", .malformedContentLength),
        get("Content-Length: +4", .malformedContentLength),
        get("Content-Length: -1", .malformedContentLength),
        get("Content-Length: 0x5", .malformedContentLength),
        get("Content-Length: 5 5", .malformedContentLength),
        get("Content-Length:", .malformedContentLength),
        get("Content-Length: 99999999999999999999999", .malformedContentLength),
        get("Content-Length: 18446744073709551617", .malformedContentLength),
        get("Content-Length: 67108865", .bodyTooLarge),
        get("Content-Length: 5\r\nTransfer-Encoding: chunked", .ambiguousLength),
        get("Transfer-Encoding: chunked\r\nContent-Length: 5", .ambiguousLength),
        get("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", .ambiguousLength),
        get("Transfer-Encoding: gzip", .unsupportedTransferCoding),
        get("Transfer-Encoding: gzip, chunked", .unsupportedTransferCoding),
        get("Transfer-Encoding: chunked, identity", .unsupportedTransferCoding),
        get("Transfer-Encoding: xchunked", .unsupportedTransferCoding),
        get("Transfer-Encoding:", .unsupportedTransferCoding),
        get("Transfer-Encoding: \u{B}chunked", .malformedField),
        get("Transfer-Encoding : chunked", .malformedField),
        get("X : y", .malformedField),
        get("X\t: y", .malformedField),
        get("X y: z", .malformedField),
        get(" X: y", .malformedField),
        get("X: y\r\n folded", .malformedField),
        get("X: y\r\n\tfolded", .malformedField),
        get(": y", .malformedField),
        get("X", .malformedField),
        get("X: a\rb", .malformedField),
        get("X: a\r\r", .malformedField),
        get("X: a\0b", .malformedField),
        get("X\0: a", .malformedField),
        get("X: a\u{1}b", .malformedField),
        get("X: a\u{7F}b", .malformedField),
        get("X\u{E9}: a", .malformedField),
        get("X(y): a", .malformedField),
        get("Host: a", .repeatedHost),
        get("Host: b", .repeatedHost),
        RequestCase("GET / HTTP/1.1\r\nX: y\r\n\r\n", .refused(.missingHost)),
        RequestCase("GET / HTTP/1.1\r\nHost:\r\n\r\n", .refused(.malformedHost)),
        RequestCase("GET / HTTP/1.1\r\nHost: a b\r\n\r\n", .refused(.malformedHost)),
        RequestCase("GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", .refused(.malformedHost)),
        RequestCase("GET / HTTP/1.1\r\nHost: a@b\r\n\r\n", .refused(.malformedHost)),
        RequestCase("GET / HTTP/1.1\r\nHost: a,b\r\n\r\n", .refused(.malformedHost)),
        RequestCase("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", .refused(.ambiguousLength)),
        RequestCase("GET / HTTP/1.1\r\n Host: a\r\n\r\n", .refused(.malformedField)),
        line("GET  / HTTP/1.1", .malformedRequestLine),
        line("GET / HTTP/1.1 ", .malformedRequestLine),
        line("GET /  HTTP/1.1", .malformedRequestLine),
        line("GET /a b HTTP/1.1", .malformedRequestLine),
        line(" GET / HTTP/1.1", .malformedRequestLine),
        line("GET\t/\tHTTP/1.1", .malformedRequestLine),
        line("GET /", .malformedRequestLine),
        line("GET", .malformedRequestLine),
        line("GET / http/1.1", .malformedRequestLine),
        line("GET / HTTP/11", .malformedRequestLine),
        line("GET / HTTP/1.", .malformedRequestLine),
        line("GET / HTTP/1.10", .malformedRequestLine),
        line("GET / HTTP/1.a", .malformedRequestLine),
        line("GET / HTTPS/1.1", .malformedRequestLine),
        line("G(T / HTTP/1.1", .malformedRequestLine),
        line("GET /\u{E9} HTTP/1.1", .malformedRequestLine),
        line("GET /\0 HTTP/1.1", .malformedRequestLine),
        line("GET /\rX HTTP/1.1", .malformedRequestLine),
        line("GET / HTTP/2.0", .unsupportedVersion),
        line("PRI * HTTP/2.0", .unsupportedVersion),
        line("GET / HTTP/0.9", .unsupportedVersion),
        line("GET / HTTP/3.0", .unsupportedVersion),
        line("GET a HTTP/1.1", .malformedTarget),
        line("GET * HTTP/1.1", .malformedTarget),
        line("GET ftp://a/ HTTP/1.1", .malformedTarget),
        line("GET http:///a HTTP/1.1", .malformedTarget),
        line("GET http://u@a/ HTTP/1.1", .malformedTarget),
        line("CONNECT a:443 HTTP/1.1", .unsupportedMethod),
        RequestCase(bytes: [0x16, 0x03, 0x01, 0x02, 0x00, 0x01], .refused(.malformedRequestLine)),
        RequestCase("GET /\(String(repeating: "a", count: 16_384)) HTTP/1.1\r\n", .refused(.targetTooLong)),
        RequestCase("GET /\(String(repeating: "a", count: 17_000))", .refused(.targetTooLong)),
        RequestCase(
            "GET / HTTP/1.1\r\n" + String(repeating: "X: y\r\n", count: 201), .refused(.tooManyFields)),
        RequestCase("GET / HTTP/1.1\r\nX: \(String(repeating: "y", count: 65_520))", .refused(.headersTooLarge)),
        chunks("+5\r\nhello\r\n"), chunks("-5\r\nhello\r\n"), chunks("0x5\r\nhello\r\n"), chunks(" 5\r\nhello\r\n"),
        chunks("5 \r\nhello\r\n"), chunks("5\nhello\r\n"), chunks("\r\nhello\r\n"), chunks("g\r\n"), chunks(";x\r\n"),
        chunks("5\r\nhello!\r\n"), chunks("5\r\nhello\n0\r\n\r\n"), chunks("5\r\nhelloX\r\n"),
        chunks("5;a\rb\r\nhello\r\n"), chunks("5;a\nhello\r\n"), chunks("5;\0\r\nhello\r\n"), chunks("5\r\rhello"),
        chunks("10000000000000000\r\n"), chunks("FFFFFFFFFFFFFFFFF\r\n"), chunks("0\r\n X: y\r\n\r\n"),
        chunks("0\r\nX : y\r\n\r\n"), chunks("0\r\nX\r\n\r\n"), chunks("0\r\nX: \0\r\n\r\n"), chunks("0\r\nX: y\n\r\n"),
        chunks("0\r\n\rX"), chunks("0\r\n\n"), chunks("5;\(String(repeating: "a", count: 17_000))"),
        chunks("0\r\nX: \(String(repeating: "a", count: 17_000))"),
        chunks("4000001\r\n", .bodyTooLarge), chunks("FFFFFFFFFFFFFF\r\n", .bodyTooLarge),
    ]
}
