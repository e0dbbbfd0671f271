/// Writes pieces of an answer where its `ReplyStream`, which there is one of, cannot be: in callbacks of the loop. The end
/// stays the stream's to write; after it nothing is.
public struct ReplyPieces: Sendable {
    private let exchange: Exchange

    init(_ exchange: Exchange) { self.exchange = exchange }

    /// Sends one piece, as `ReplyStream.write` does.
    /// - Returns: whether there is room for more; if not, `ReplyStream.waitForRoom` waits for it or says that the client has
    ///   left.
    public func write(_ bytes: [UInt8]) -> Bool {
        do throws(ClientGone) { return try exchange.write(bytes) } catch { return false }
    }
}
