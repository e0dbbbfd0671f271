internal import GatewayTypes
internal import JSON

extension WholeAnswerRelay {
    /// For JSON that goes on as it came, once it is known to have one of `members`, a list.
    /// - Parameter measure: what the answer is billed by.
    init(
        ofListIn members: [String], measure: @escaping @Sendable (JSONValue) -> AnswerMeasure = { _ in .tokens }
    ) {
        self.init { body, summary throws(UpstreamFailure) in
            let json = try JSONValue.taskAnswer(body)
            guard members.contains(where: { json[$0]?.kind == .array }) else {
                throw .noAnswer("it has no \(members[0])")
            }
            summary.measure = measure(json)
            summary.model = json["model"]?.string
            summary.usage = TaskUsage.read(json) ?? CohereMeta.usage(json)
            return body
        }
    }
}
