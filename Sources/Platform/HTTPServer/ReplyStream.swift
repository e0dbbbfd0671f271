/// The body of an answer, sent in pieces: chunked, or up to the connection's end for HTTP/1.0. Dropping it unfinished is
/// `abort()`.
public struct ReplyStream: ~Copyable, Sendable {
    private let exchange: Exchange

    init(_ exchange: Exchange) { self.exchange = exchange }

    deinit { exchange.streamDropped() }

    /// Sends one piece, at the end of the loop's turn; what is written until then leaves together. Suspends while more than
    /// 64 KB are unsent.
    public mutating func write(_ bytes: [UInt8]) async throws(ClientGone) {
        if try exchange.write(bytes) { return }
        try await exchange.waitForRoom()
    }

    /// Suspends while more than 64 KB are unsent.
    public mutating func waitForRoom() async throws(ClientGone) { try await exchange.waitForRoom() }

    /// For who writes from callbacks of the loop.
    public var pieces: ReplyPieces { ReplyPieces(exchange) }

    /// Sends `filler` whenever the body has been silent for `interval`, so that nobody on the way takes the connection for
    /// dead. It goes between two pieces, and never while bytes are unsent; the head must have left with a first piece.
    public mutating func fillSilence(of interval: Duration, with filler: [UInt8]) {
        exchange.fillSilence(of: interval, with: filler)
    }

    /// Sends now what there is, if only the head.
    public mutating func flush() { exchange.flush() }

    /// Ends the body.
    public consuming func finish() { exchange.finishStream() }

    /// Sends these bytes, then closes the connection without ending the body, so that the client sees that it is broken.
    public consuming func abort(after bytes: [UInt8] = []) { exchange.abortStream(after: bytes) }
}
