internal import GatewayTypes
internal import HTTPTypes

/// One method of one path: who may use it, with which query parameters, and what answers.
struct AdminRoute: Sendable {
    typealias Handle = @Sendable (AdminAPI) -> @Sendable (AdminRequest) async throws(Problem) -> AdminAnswer

    let method: HTTPMethod
    let roles: Set<Caller.Role>
    /// The parameters it takes; others are refused.
    let query: Set<String>
    let handle: Handle
    private let pattern: [Substring]

    /// - Parameter pattern: below `/admin/api/v1`; a part in braces stands for any name, `{name...}` for all the rest.
    init(
        _ method: HTTPMethod, _ pattern: String, _ roles: Set<Caller.Role>, query: Set<String> = [],
        _ handle: @escaping Handle
    ) {
        self.method = method
        self.pattern = pattern.split(separator: "/", omittingEmptySubsequences: false)
        self.roles = roles
        self.query = method == .get ? query : query.union(["wait"])
        self.handle = handle
    }

    /// Below `/admin/api/v1`, with braces around what callers choose.
    var path: String { pattern.joined(separator: "/") }

    /// The method and the first part of the path, with a slash after it where more follows: for messages.
    var summary: String { "\(method.token) /\(pattern[1])" + (pattern.count > 2 ? "/" : "") }

    /// The names that stand in `path` where the pattern has braces; `nil` when this is not its path.
    func names(in path: String) -> [String]? {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        let takesRest = pattern.last?.hasSuffix("...}") == true
        guard parts.count == pattern.count || (takesRest && parts.count > pattern.count) else { return nil }
        var names: [String] = []
        for (part, expected) in zip(parts, pattern) {
            if expected.hasPrefix("{") {
                guard !part.isEmpty, let name = PercentEncoding.decode(part) else { return nil }
                names.append(name)
            } else if part != expected {
                return nil
            }
        }
        guard takesRest else { return names }
        var rest: [String] = []
        for part in parts[(pattern.count - 1)...] {
            guard !part.isEmpty, let name = PercentEncoding.decode(part) else { return nil }
            rest.append(name)
        }
        names[names.count - 1] = rest.joined(separator: "/")
        return names
    }
}
