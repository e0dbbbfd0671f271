internal import GatewayTypes

/// Lets a format's relay read a whole answer that a cloud gives in words of its own.
struct RewordedRelay: AnswerRelay {
    typealias Reword = @Sendable (_ body: [UInt8]) throws(UpstreamFailure) -> [UInt8]

    private var relay: any AnswerRelay
    private let reword: Reword

    /// - Parameter reword: the cloud's body as the format has it.
    init(_ relay: any AnswerRelay, _ reword: @escaping Reword) {
        self.relay = relay
        self.reword = reword
    }

    var summary: AnswerSummary { relay.summary }

    var contentType: String? { relay.contentType }

    mutating func begin(contentType: String?) throws(UpstreamFailure) { try relay.begin(contentType: contentType) }

    mutating func whole(_ body: [UInt8]) throws(UpstreamFailure) -> [UInt8] { try relay.whole(try reword(body)) }

    /// What is reworded is never streamed.
    mutating func feed(_ bytes: [UInt8]) throws(UpstreamFailure) -> [UInt8] { throw .noAnswer("it is a stream") }

    mutating func pending() -> [UInt8] { relay.pending() }

    mutating func finish() throws(UpstreamFailure) -> [UInt8] { throw .cutStream }
}
