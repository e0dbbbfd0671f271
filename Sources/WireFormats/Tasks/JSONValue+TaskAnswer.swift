internal import GatewayTypes
internal import JSON

extension JSONValue {
    /// The body of a whole answer of OpenAI's kind.
    /// - Throws: the error that it is, or `badAnswer` for what is no object.
    static func taskAnswer(_ body: [UInt8]) throws(UpstreamFailure) -> JSONValue {
        let answer = try answer(body)
        guard answer.kind == .object else { throw .noAnswer("it is no object") }
        if let failure = ChatFailure.inside(answer) { throw failure }
        return answer
    }
}
