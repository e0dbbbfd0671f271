/// The content of a request. To be used on the loop of the request, by one caller at a time, and no longer than until the
/// answer is complete.
public struct HTTPRequestBody: Sendable {
    let exchange: Exchange

    /// The whole content, or what `next()` has not taken yet. Does not suspend when it has come already, as most requests do
    /// in one piece with their head.
    public func collect(upTo limit: Int) async throws(HTTPBodyError) -> [UInt8] {
        if let whole = try exchange.takeWhole(upTo: limit) { return whole }
        return try await exchange.collect(upTo: limit)
    }

    /// The next piece of content, never empty, or `nil` at its end. While nobody asks, no more than 64 KB are read ahead.
    public func next() async throws(HTTPBodyError) -> [UInt8]? {
        try await exchange.nextPiece()
    }
}
