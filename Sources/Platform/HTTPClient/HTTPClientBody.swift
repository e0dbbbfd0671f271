internal import EventLoop

/// The body of one answer, pulled by one reader at a time. Dropping it ends the transfer.
///
/// To be read by code on the client's loop: from elsewhere it works, at the price of a change of threads a call.
public final class HTTPClientBody: Sendable {
    private let transfer: Transfer
    private let client: HTTPClient

    init(_ transfer: Transfer, of client: HTTPClient) {
        self.transfer = transfer
        self.client = client
    }

    deinit { cancel() }

    /// Whatever has arrived since the last call, at least one byte; waits if that is nothing.
    /// - Returns: `nil` at the body's proper end, and then always.
    /// - Throws: why the body has no proper end, after everything that had arrived: `cut`, `idleTimedOut`,
    ///   `totalTimedOut`, `protocolViolation`, `cancelled`.
    public func next() async throws(HTTPClientError) -> [UInt8]? {
        if transfer.loop.isCurrent {
            switch try transfer.takeUnread() {
            case .bytes(let bytes): return bytes
            case .end: return nil
            case .nothingYet: break
            }
        }
        return try await client.next(of: transfer)
    }

    /// Hands over what has arrived and whatever arrives, until `sink` has enough.
    /// - Returns: whether the body has properly ended.
    /// - Throws: as `next`.
    public func pour(into sink: any HTTPBodySink) async throws(HTTPClientError) -> Bool {
        try await client.pour(transfer, into: sink)
    }

    /// All of the body that was not read yet.
    /// - Throws: as `next`, and `bodyTooLarge` as soon as it is longer than `limit` bytes, which ends the transfer.
    public func collect(upTo limit: Int) async throws(HTTPClientError) -> [UInt8] {
        try await client.collect(transfer, upTo: limit)
    }

    /// Ends the transfer with `firstByteTimedOut` when `limit` has passed, unless another call comes first; `nil` takes the
    /// limit back. On the loop. For a reader that waits for more than bytes, such as a first token.
    public func expectMilestone(within limit: Duration?) { transfer.expectMilestone(within: limit) }

    /// Ends the transfer now, unless it is over: the upstream sees the connection (or the HTTP/2 stream) closed.
    public func cancel() {
        let transfer = transfer
        if transfer.loop.isCurrent {
            transfer.end(.cancelled)
        } else {
            transfer.loop.execute { transfer.end(.cancelled) }
        }
    }
}
