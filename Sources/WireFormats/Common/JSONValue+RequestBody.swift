internal import GatewayTypes
internal import JSON

extension JSONValue {
    /// Fields are looked for one by one, so their number is what a request can hold a loop with.
    private static let mostFields = 1_000

    /// The object that a request's body is.
    static func requestBody(_ body: [UInt8]) throws(GatewayError) -> JSONValue {
        let json: JSONValue
        do throws(JSONError) { json = try JSONValue.parse(body) } catch {
            throw .malformedRequest(message: "The request body is \(error.message).", code: "invalid_json")
        }
        guard json.kind == .object else {
            throw .malformedRequest(message: "The request body must be a JSON object.", code: "invalid_json")
        }
        guard json.count <= mostFields else {
            throw .malformedRequest(
                message: "The request has \(json.count) fields; at most \(mostFields) are taken.",
                code: "too_many_fields")
        }
        return json
    }
}
