public import HTTPTypes

/// The answer to one request, still to be given, on the loop of the request. The server adds `date`, `content-length` or
/// `transfer-encoding`, and `connection`; a `connection: close` among the headers is honoured.
public struct Reply: ~Copyable, Sendable {
    private let exchange: Exchange

    init(_ exchange: Exchange) { self.exchange = exchange }

    deinit { exchange.replyDropped() }

    /// The whole answer. To HEAD, and with 204 and 304, the body is not sent.
    public consuming func send(status: Int, headers: HTTPHeaders, body: [UInt8]) {
        exchange.send(status: status, headers: headers, body: body)
    }

    /// The head of an answer whose body follows in pieces. It leaves with the first piece, or with `flush()`.
    public consuming func stream(status: Int, headers: HTTPHeaders) -> ReplyStream {
        exchange.beginStream(status: status, headers: headers)
        return ReplyStream(exchange)
    }
}
