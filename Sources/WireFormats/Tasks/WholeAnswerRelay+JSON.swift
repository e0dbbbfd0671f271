internal import GatewayTypes
internal import JSON

extension WholeAnswerRelay {
    /// For JSON that goes on as it came, once it is known to have one of `members`, a list.
    init(ofListIn members: [String]) {
        self.init { body, summary throws(UpstreamFailure) in
            let json = try JSONValue.taskAnswer(body)
            guard members.contains(where: { json[$0]?.kind == .array }) else {
                throw .noAnswer("it has no \(members[0])")
            }
            summary.model = json["model"]?.string
            summary.usage = TaskUsage.read(json) ?? CohereMeta.usage(json)
            return body
        }
    }
}
