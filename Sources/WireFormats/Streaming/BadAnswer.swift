internal import GatewayTypes
internal import JSON

extension UpstreamFailure {
    /// The stream ended without a finish reason.
    static var cutStream: UpstreamFailure {
        UpstreamFailure(.badAnswer, message: "The provider's answer was cut off before it was complete.")
    }

    /// The body is not an answer of the format.
    static func noAnswer(_ why: String) -> UpstreamFailure {
        UpstreamFailure(.badAnswer, message: "The provider's answer cannot be read: \(why).")
    }
}

extension JSONValue {
    /// The body of a whole answer.
    static func answer(_ body: [UInt8]) throws(UpstreamFailure) -> JSONValue {
        do throws(JSONError) { return try parse(body) } catch { throw .noAnswer(error.message) }
    }

    /// The member `key`, where null counts as absent.
    func present(_ key: String) -> JSONValue? {
        guard let value = self[key], !value.isNull else { return nil }
        return value
    }
}
