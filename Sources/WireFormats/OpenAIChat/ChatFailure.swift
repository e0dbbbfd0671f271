internal import GatewayTypes
internal import JSON

/// Finds and classifies what a provider says went wrong.
enum ChatFailure {
    /// The error in place of an answer or of a chunk, if it is one.
    /// - Parameter eventName: the SSE event's name; `error` makes an error of any object without choices.
    static func inside(_ answer: JSONValue, eventName: String? = nil) -> UpstreamFailure? {
        inside(answer, ChatChunk(answer), eventName: eventName)
    }

    /// - Parameter found: in `answer`.
    static func inside(_ answer: JSONValue, _ found: ChatChunk, eventName: String? = nil) -> UpstreamFailure? {
        guard answer.kind == .object else { return nil }
        let isError =
            switch found.error?.kind {
            case .object: found.error!.count > 0
            case .string: !found.error!.isString("")
            case .array, .number, .bool, .null, nil:
                found.object?.isString("error") == true || eventName == "error" && found.choices == nil
            }
        guard isError else { return nil }
        return classify(status: nil, ErrorFacts(answer))
    }

    static func failure(status: Int, body: [UInt8]) -> UpstreamFailure {
        guard let json = try? JSONValue.parse(body) else {
            return classify(status: status, ErrorFacts(text: body, status: status))
        }
        return classify(status: status, ErrorFacts(json))
    }

    /// - Parameter status: `nil` for an error inside an answer with status 200; then its own code may say one.
    static func classify(status: Int?, _ facts: ErrorFacts) -> UpstreamFailure {
        let known = status.flatMap { $0 >= 300 ? $0 : nil } ?? facts.status
        let kind = ErrorKind.of(status: known, facts)
        var message = SecretMask.masked(facts.message)
        if message.isEmpty {
            message = known.map { "The provider answered with status \($0)." } ?? "The provider reported an error."
        }
        return UpstreamFailure(
            kind, status: known, message: message, code: facts.code.map(SecretMask.masked), parameter: facts.parameter,
            retryAfter: facts.retryAfter)
    }
}
