internal import GatewayTypes
internal import JSON

/// Reads members of a request and says what is wrong with them, in the words and the paths of Anthropic's own errors
/// (`messages.0.content`).
enum AnthropicField {
    static func missing(_ path: String) -> GatewayError {
        .malformedRequest(
            message: "\(path): Field required", parameter: path, code: "missing_required_parameter")
    }

    static func wrong(_ path: String, _ expected: String) -> GatewayError {
        .malformedRequest(message: "\(path): must be \(expected)", parameter: path, code: "invalid_value")
    }

    /// The member `key`, which must be there.
    static func required(_ json: JSONValue, _ key: String, at path: String) throws(GatewayError) -> JSONValue {
        guard let value = json.present(key) else { throw missing(path) }
        return value
    }

    /// The text of the member `key`, which must be there.
    static func text(_ json: JSONValue, _ key: String, at path: String) throws(GatewayError) -> String {
        guard let text = try required(json, key, at: path).string else { throw wrong(path, "a string") }
        return text
    }

    /// The member `key`, if it is there, as an object.
    static func object(_ json: JSONValue, _ key: String, at path: String? = nil) throws(GatewayError) -> JSONValue? {
        guard let value = json.present(key) else { return nil }
        guard value.kind == .object else { throw wrong(path ?? key, "an object") }
        return value
    }

    static func array(_ json: JSONValue, _ key: String) throws(GatewayError) -> JSONValue? {
        guard let value = json.present(key) else { return nil }
        guard value.kind == .array else { throw wrong(key, "an array") }
        return value
    }

    static func bool(_ json: JSONValue, _ key: String) throws(GatewayError) -> Bool? {
        guard let value = json.present(key) else { return nil }
        guard let bool = value.bool else { throw wrong(key, "a boolean") }
        return bool
    }

    static func int(_ json: JSONValue, _ key: String, atLeast least: Int) throws(GatewayError) -> Int? {
        guard let value = json.present(key) else { return nil }
        guard let int = value.int, int >= least else { throw wrong(key, "an integer of at least \(least)") }
        return int
    }

    /// Checks a share between 0 and 1.
    static func share(_ json: JSONValue, _ key: String) throws(GatewayError) {
        guard let value = json.present(key) else { return }
        guard let number = value.double, (0...1).contains(number) else { throw wrong(key, "a number from 0 to 1") }
    }
}
