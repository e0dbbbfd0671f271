/// How the chunks of a streamed answer come: as server-sent events with `alt=sse`, else as the elements of one JSON array.
enum GeminiFraming: Sendable, Equatable {
    case events, array

    init(query: String?) {
        let asksForEvents = (query ?? "").split(separator: "&").contains { pair in
            ["alt=sse", "$alt=sse", "%24alt=sse"].contains { pair == $0 || pair.hasPrefix($0 + ";") }
        }
        self = asksForEvents ? .events : .array
    }

    /// What stands around one chunk.
    func framed(_ chunk: some Collection<UInt8>, isFirst: Bool) -> [UInt8] {
        switch self {
        case .events: Array("data: ".utf8) + chunk + Array("\r\n\r\n".utf8)
        case .array: Array((isFirst ? "[" : ",\r\n").utf8) + chunk
        }
    }

    /// What ends an answer whose chunks have all come.
    var end: [UInt8] { self == .events ? [] : Array("]".utf8) }
}
