internal import GatewayTypes

/// Carries answers that come whole: nothing goes on before all of it was read and found to be an answer.
struct WholeAnswerRelay: AnswerRelay {
    typealias Convert = @Sendable (_ body: [UInt8], inout AnswerSummary) throws(UpstreamFailure) -> [UInt8]

    private(set) var summary = AnswerSummary()
    private(set) var contentType: String?
    private let keepsContentType: Bool
    private var collected: [UInt8] = []
    private let convert: Convert

    /// - Parameters:
    ///   - keepsContentType: whether the media type is the upstream's to say.
    ///   - convert: makes the caller's body of the upstream's, and notes what was spent.
    init(keepsContentType: Bool = false, _ convert: @escaping Convert) {
        self.keepsContentType = keepsContentType
        self.convert = convert
    }

    mutating func begin(contentType: String?) throws(UpstreamFailure) {
        if keepsContentType { self.contentType = contentType }
    }

    mutating func feed(_ bytes: [UInt8]) throws(UpstreamFailure) -> [UInt8] {
        collected += bytes
        return []
    }

    mutating func pending() -> [UInt8] { [] }

    mutating func finish() throws(UpstreamFailure) -> [UInt8] { try whole(collected) }

    mutating func whole(_ body: [UInt8]) throws(UpstreamFailure) -> [UInt8] {
        let answer = try convert(body, &summary)
        summary.hasFirstToken = true
        summary.finish = .stop
        return answer
    }
}
