import HTTPTypes

@testable import HTTPServer

/// Drives the codec as a connection does, over bytes that come in pieces.
struct Codec {
    /// What came out, in order; equal however the bytes were cut.
    enum Event: Equatable, CustomStringConvertible {
        case head(String)
        case body(String)
        case refused(FramingError)
        case unfinished

        var description: String {
            switch self {
            case .head(let text): "head \(text)"
            case .body(let text): "body \(text)"
            case .refused(let error): "refused \(error)"
            case .unfinished: "unfinished"
            }
        }
    }

    private var parser: RequestParser
    private var decoder = BodyDecoder.complete
    private let limits: RequestParser.Limits
    private var body: [UInt8] = []
    private(set) var events: [Event] = []
    private var isRefused = false

    init(limits: RequestParser.Limits = .init()) {
        self.limits = limits
        parser = RequestParser(limits: limits)
    }

    /// The events for the bytes, cut before each of the indices.
    static func events(of bytes: [UInt8], cutAt cuts: [Int] = [], limits: RequestParser.Limits = .init()) -> [Event] {
        var codec = Codec(limits: limits)
        var start = 0
        for cut in cuts + [bytes.count] where cut > start {
            codec.feed(Array(bytes[start..<cut]))
            start = cut
        }
        return codec.isOpen ? codec.events + [.unfinished] : codec.events
    }

    private var isOpen: Bool { !isRefused && (parser.isInHead || !decoder.isComplete) }

    private mutating func feed(_ bytes: [UInt8]) {
        var position = 0
        while position < bytes.count, !isRefused {
            let rest = bytes.span.extracting(position..<bytes.count)
            position += decoder.isComplete ? feedHead(rest) : feedBody(rest)
        }
    }

    private mutating func feedHead(_ bytes: Span<UInt8>) -> Int {
        switch parser.feed(bytes) {
        case .needsMore: return bytes.count
        case .refused(let error):
            refuse(error)
            return bytes.count
        case .head(let head, let consumed):
            events.append(.head(Self.summary(head)))
            decoder = BodyDecoder(head.body, limit: limits.bodyBytes)
            return consumed
        }
    }

    private mutating func feedBody(_ bytes: Span<UInt8>) -> Int {
        switch decoder.decode(bytes, into: &body) {
        case .needsMore: return bytes.count
        case .complete(let consumed):
            events.append(.body(String(decoding: body, as: UTF8.self)))
            body = []
            return consumed
        case .failed(let error):
            refuse(error)
            return bytes.count
        }
    }

    private mutating func refuse(_ error: FramingError) {
        events.append(.refused(error))
        isRefused = true
    }

    static func summary(_ head: RequestHead) -> String {
        var words = [head.method.token, head.path]
        if let query = head.query { words.append("?\(query)") }
        words.append("1.\(head.minorVersion)")
        words.append("fields \(head.headers.count)")
        if !head.keepsAlive { words.append("close") }
        if head.expectsContinue { words.append("expects") }
        switch head.body {
        case .length(0): break
        case .length(let length): words.append("length \(length)")
        case .chunked: words.append("chunked")
        }
        return words.joined(separator: " ")
    }
}
