internal import GatewayTypes
internal import JSON

/// Finds what went wrong in a `response` or an event.
enum ResponsesFailure {
    /// - Throws: the failure that a `response` tells of.
    static func check(_ response: JSONValue) throws(UpstreamFailure) {
        guard response.kind == .object else { throw .noAnswer("it is no object") }
        if let failure = ChatFailure.inside(response) { throw failure }
        let status = response["status"]?.string
        if status == "failed" || status == "cancelled" {
            throw UpstreamFailure(.server, message: "The provider says that its response is \(status ?? "").")
        }
    }

    /// The error that an event is; its facts stand in it or in its `error`.
    static func of(event: JSONValue) -> UpstreamFailure? {
        switch event["type"]?.string {
        case "error", "response.error": return ChatFailure.classify(status: nil, ErrorFacts(event.facts))
        case "response.failed", "response.cancelled":
            guard let response = event["response"], let failure = ChatFailure.inside(response) else {
                return UpstreamFailure(.server, message: "The provider says that its response failed.")
            }
            return failure
        default: return ChatFailure.inside(event)
        }
    }
}

extension JSONValue {
    /// An event's own `type` is no error's; the flat shape is read without it.
    fileprivate var facts: JSONValue {
        guard present("error") == nil else { return self }
        let flat = JSONWriter.bytes { writer in
            writer.object { writer in
                for (key, value) in members where key != "type" { writer.member(key, value) }
            }
        }
        return (try? JSONValue.parse(flat)) ?? self
    }
}
