internal import GatewayTypes
internal import JSON

/// Makes a provider's count of tokens the caller's. Nothing is spent by it, and that is known.
struct TokenCountRelay: AnswerRelay {
    private(set) var summary = AnswerSummary()
    private let key: String
    private let write: (@Sendable (Int) -> [UInt8])?

    /// - Parameters:
    ///   - key: the member of the provider's answer that tells the count.
    ///   - write: the answer in the caller's dialect; without it the provider's own bytes are the answer.
    init(key: String, write: (@Sendable (Int) -> [UInt8])? = nil) {
        self.key = key
        self.write = write
        summary.hasFirstToken = true
        summary.finish = .stop
        summary.usage = Usage()
    }

    mutating func whole(_ body: [UInt8]) throws(UpstreamFailure) -> [UInt8] {
        let answer = try JSONValue.answer(body)
        guard let count = answer[key]?.tokenCount else { throw .noAnswer("it has no '\(key)'") }
        return write?(count) ?? body
    }

    /// Counts are never streamed.
    mutating func feed(_ bytes: [UInt8]) throws(UpstreamFailure) -> [UInt8] {
        throw .noAnswer("it is a stream")
    }

    mutating func pending() -> [UInt8] { [] }

    mutating func finish() throws(UpstreamFailure) -> [UInt8] { throw .cutStream }
}
