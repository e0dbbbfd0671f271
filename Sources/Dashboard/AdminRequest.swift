internal import GatewayTypes
internal import HTTPServer
internal import HTTPTypes
internal import JSON

/// A request that has passed the table of routes.
struct AdminRequest: Sendable {
    let caller: Caller
    /// What stands in the path where the route's pattern has braces.
    let names: [String]
    let query: Query
    let headers: HTTPHeaders
    let content: HTTPRequestBody

    /// The body's fields.
    /// - Parameter allowed: every field that there may be.
    /// - Throws: `malformedBody`, `bodyTooLarge`, `bodyTimedOut`.
    func body(_ allowed: Set<String>) async throws(Problem) -> BodyFields {
        BodyFields(try await object(), allowed: allowed)
    }

    /// The body as a tree, for what is checked elsewhere.
    /// - Throws: `malformedBody`, `bodyTooLarge`, `bodyTimedOut`.
    func tree() async throws(Problem) -> JSONTree { JSONTree(try await object()) }

    private func object() async throws(Problem) -> JSONValue {
        let bytes: [UInt8]
        do throws(HTTPBodyError) {
            bytes = try await content.collect(upTo: AdminAPI.bodyLimit)
        } catch {
            switch error {
            case .tooLarge: throw .bodyTooLarge(limit: AdminAPI.bodyLimit)
            case .timedOut: throw .bodyTimedOut
            case .clientGone, .malformed: throw .malformedBody("The body did not come to its end.")
            }
        }
        let json: JSONValue
        do throws(JSONError) {
            json = try JSONValue.parse(bytes)
        } catch { throw .malformedBody("The body is \(error.message).") }
        guard json.kind == .object else { throw .malformedBody("The body must be a JSON object.") }
        return json
    }
}

extension Caller {
    /// Whether what belongs to others is shown to this caller.
    var readsAll: Bool { role != .user }

    /// Whether this caller may change what belongs to the user of that id.
    func mayChange(_ userID: String) -> Bool { role == .admin || userID == self.userID }

    /// Whether a username or id means this caller.
    func isNamed(_ user: String) -> Bool { user == userID || user == username }
}
