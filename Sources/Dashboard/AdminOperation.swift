public import GatewayTypes
public import HTTPTypes

/// One method of one path of the admin API, as its documentation tells it.
public struct AdminOperation: Sendable {
    public var method: HTTPMethod
    /// Below `/admin/api/v1`, with braces around what callers choose; `{name...}` may hold slashes.
    public var path: String
    public var roles: Set<Caller.Role>
    /// The query parameters it takes.
    public var query: Set<String>
}

extension AdminAPI {
    public static let operations = routes.map { route in
        AdminOperation(method: route.method, path: route.path, roles: route.roles, query: route.query)
    }
}
