public import GatewayTypes

/// Turns an upstream's answer into the caller's while its bytes pass, and keeps the summary that failover and ledger need.
/// Pure: the same bytes in any split give the same result.
public protocol AnswerRelay: Sendable {
    /// What is known of the answer so far.
    var summary: AnswerSummary { get }

    /// The media type of what the caller gets, where that is the upstream's to say; `nil` is the dialect's own.
    var contentType: String? { get }

    /// The head of the answer has come, before any of its bytes.
    /// - Parameter contentType: as the upstream says it.
    /// - Throws: `badAnswer` when no answer can be of that type.
    mutating func begin(contentType: String?) throws(UpstreamFailure)

    /// A piece of a streamed answer's body.
    /// - Returns: what the caller gets for it, in the caller's dialect; may be empty.
    /// - Throws: an error the upstream sent inside the stream. What was read before it in the same piece is kept for
    ///   `pending()`.
    mutating func feed(_ bytes: [UInt8]) throws(UpstreamFailure) -> [UInt8]

    /// Output that was ready when `feed` threw.
    mutating func pending() -> [UInt8]

    /// The upstream's body has ended properly.
    /// - Returns: what still belongs to the caller, the dialect's end mark included.
    /// - Throws: `badAnswer` when no finish reason came: the stream was cut, however politely.
    mutating func finish() throws(UpstreamFailure) -> [UInt8]

    /// A whole answer's body in place of a stream.
    /// - Throws: `badAnswer` when it is no answer, or the error it turned out to be.
    mutating func whole(_ body: [UInt8]) throws(UpstreamFailure) -> [UInt8]

    /// The record that tells the caller of an error after the stream has begun, where it depends on what was said before;
    /// `nil` where the dialect's `streamError` will do.
    mutating func streamError(_ error: GatewayError, requestID: String) -> [UInt8]?
}

extension AnswerRelay {
    public mutating func streamError(_ error: GatewayError, requestID: String) -> [UInt8]? { nil }
}

extension AnswerRelay {
    public var contentType: String? { nil }

    public mutating func begin(contentType: String?) throws(UpstreamFailure) {}
}
