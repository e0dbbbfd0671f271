internal import ClusterState
internal import GatewayTypes
internal import HTTPTypes

/// Every path of the API: its methods, who may use them, and with which parameters.
extension AdminAPI {
    static let routes = callerRoutes + configurationRoutes + operationsRoutes

    private static let everyone = Set(Caller.Role.allCases)
    /// Those who may change what is their own; an auditor changes nothing.
    private static let owners: Set<Caller.Role> = [.admin, .operator, .user]
    private static let readers: Set<Caller.Role> = [.admin, .operator, .auditor]
    private static let operators: Set<Caller.Role> = [.admin, .operator]
    private static let admins: Set<Caller.Role> = [.admin]

    private static let page: Set<String> = ["limit", "after"]
    private static let filters: Set<String> = [
        "id", "user", "token", "provider", "model", "route", "status", "from", "to",
    ]
    private static let places: Set<String> = ["provider", "credential", "model"]
    private static let changes: Set<String> = ["actor", "kind", "action", "object", "from", "to"]

    private static let callerRoutes = [
        AdminRoute(.get, "/users", everyone, query: page, AdminAPI.listUsers),
        AdminRoute(.post, "/users", admins, AdminAPI.createUser),
        AdminRoute(.get, "/users/{user}", everyone, AdminAPI.showUser),
        AdminRoute(.patch, "/users/{user}", owners, AdminAPI.changeUser),
        AdminRoute(.delete, "/users/{user}", admins, AdminAPI.deleteUser),
        AdminRoute(.get, "/tokens", everyone, query: page.union(["user"]), AdminAPI.listTokens),
        AdminRoute(.post, "/tokens", owners, AdminAPI.createToken),
        AdminRoute(.get, "/tokens/{id}", everyone, AdminAPI.showToken),
        AdminRoute(.patch, "/tokens/{id}", owners, AdminAPI.changeToken),
        AdminRoute(.delete, "/tokens/{id}", owners, AdminAPI.revokeToken),
        AdminRoute(.get, "/tiers", readers, query: page, AdminAPI.listTiers),
        AdminRoute(.post, "/tiers", admins, AdminAPI.createTier),
        AdminRoute(.get, "/tiers/{name}", readers, AdminAPI.showTier),
        AdminRoute(.put, "/tiers/{name}", admins, AdminAPI.putTier),
        AdminRoute(.patch, "/tiers/{name}", admins, AdminAPI.changeTier),
        AdminRoute(.delete, "/tiers/{name}", admins, AdminAPI.deleteTier),
    ]

    private static let configurationRoutes =
        objectRoutes(.provider, changers: operators) + objectRoutes(.rotation, changers: admins)
        + objectRoutes(.autoselect, changers: admins) + [
            AdminRoute(
                .get, "/credentials", readers, query: page.union(["provider"]), AdminAPI.listCredentials),
            AdminRoute(.post, "/credentials", admins, AdminAPI.createCredential),
            AdminRoute(.get, "/credentials/{id...}", readers, AdminAPI.showCredential),
            AdminRoute(.put, "/credentials/{id...}", admins, AdminAPI.putCredential),
            AdminRoute(.patch, "/credentials/{id...}", admins, AdminAPI.changeCredential),
            AdminRoute(.delete, "/credentials/{id...}", admins, AdminAPI.deleteCredential),
            AdminRoute(.get, "/models", everyone, query: page.union(["provider"]), AdminAPI.listModels),
            AdminRoute(.post, "/models", admins, AdminAPI.createModel),
            AdminRoute(.get, "/models/{id...}", everyone, AdminAPI.showModel),
            AdminRoute(.put, "/models/{id...}", admins, AdminAPI.putModel),
            AdminRoute(.patch, "/models/{id...}", admins, AdminAPI.changeModel),
            AdminRoute(.delete, "/models/{id...}", admins, AdminAPI.deleteModel),
            AdminRoute(.get, "/settings", readers, query: page, AdminAPI.listSettings),
            AdminRoute(.get, "/settings/{name}", readers, AdminAPI.showSetting),
            AdminRoute(.put, "/settings/{name}", admins, AdminAPI.putSetting),
            AdminRoute(.patch, "/settings/{name}", admins, AdminAPI.putSetting),
            AdminRoute(.delete, "/settings/{name}", admins, AdminAPI.deleteSetting),
        ]

    private static let operationsRoutes = [
        AdminRoute(.get, "/requests", everyone, query: page.union(filters), AdminAPI.listRequests),
        AdminRoute(.get, "/requests/{id}", everyone, AdminAPI.showRequest),
        AdminRoute(
            .get, "/usage", everyone, query: page.union(filters).union(["group_by", "interval"]), AdminAPI.listUsage),
        AdminRoute(.get, "/holds", readers, query: page, AdminAPI.listHolds),
        AdminRoute(.get, "/cooldowns", readers, query: page.union(places), AdminAPI.listCooldowns),
        AdminRoute(.delete, "/cooldowns", operators, query: places, AdminAPI.clearCooldowns),
        AdminRoute(.get, "/nodes", readers, query: page, AdminAPI.listNodes),
        AdminRoute(.get, "/audit", readers, query: page.union(changes), AdminAPI.listAudit),
    ]

    /// - Parameter changers: who may PATCH; what of it, is for the handler to say.
    private static func objectRoutes(_ kind: StoredObject.Kind, changers: Set<Caller.Role>) -> [AdminRoute] {
        func handle(
            _ body:
                @escaping @Sendable (AdminAPI, StoredObject.Kind, AdminRequest) async throws(Problem) -> AdminAnswer
        ) -> AdminRoute.Handle {
            { api in { request throws(Problem) in try await body(api, kind, request) } }
        }
        let list = "/\(kind.rawValue)s"
        let one = list + "/{id}"
        return [
            AdminRoute(
                .get, list, readers, query: page,
                handle { (api, kind, request) throws(Problem) in try await api.listObjects(kind, request) }),
            AdminRoute(
                .post, list, admins,
                handle { (api, kind, request) throws(Problem) in try await api.createObject(kind, request) }),
            AdminRoute(
                .get, one, readers,
                handle { (api, kind, request) throws(Problem) in try await api.showObject(kind, request) }),
            AdminRoute(
                .put, one, admins,
                handle { (api, kind, request) throws(Problem) in try await api.putObject(kind, request) }),
            AdminRoute(
                .patch, one, changers,
                handle { (api, kind, request) throws(Problem) in try await api.changeObject(kind, request) }),
            AdminRoute(
                .delete, one, admins,
                handle { (api, kind, request) throws(Problem) in try await api.deleteObject(kind, request) }),
        ]
    }
}
