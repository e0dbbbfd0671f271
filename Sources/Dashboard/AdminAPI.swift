public import ClusterState
public import Configuration
public import GatewayTypes
public import HTTPServer
internal import HTTPTypes
public import Telemetry

/// The admin API under `/admin/api/v1`: JSON in and out, RFC 9457 problems, and nothing that a cache may keep.
///
/// A caller needs the scope `admin`; then its user's role decides, first by the table of routes, then, where a role sees
/// only what is its own, in the resource.
public struct AdminAPI: Sendable {
    public typealias Authenticate = @Sendable (HTTPRequest) async throws(GatewayError) -> Caller

    /// Bytes of a request's body.
    static let bodyLimit = 1 << 20

    /// Of one request: its writes are told as the caller's.
    private(set) var store: ControlStore
    let limits: any AdmissionControl
    let ledger: UsageLedger
    let cooldowns: any CooldownStore
    let configuration: LiveConfiguration
    let vault: CredentialVault
    private let feed: ChangeFeed
    let nodes: NodeList
    private let log: Log?
    private let authenticate: Authenticate
    private let clientAddress: @Sendable (HTTPRequest) -> String

    /// - Parameter clientAddress: where a request comes from, for the audit log.
    public init(
        store: ControlStore, limits: any AdmissionControl, ledger: UsageLedger, cooldowns: any CooldownStore,
        configuration: LiveConfiguration, vault: CredentialVault, feed: ChangeFeed, nodes: NodeList, log: Log?,
        authenticate: @escaping Authenticate,
        clientAddress: @escaping @Sendable (HTTPRequest) -> String
    ) {
        self.store = store
        self.limits = limits
        self.ledger = ledger
        self.cooldowns = cooldowns
        self.configuration = configuration
        self.vault = vault
        self.feed = feed
        self.nodes = nodes
        self.log = log
        self.authenticate = authenticate
        self.clientAddress = clientAddress
    }

    /// Answers one request.
    /// - Parameter path: below `/admin/api/v1`, with a leading slash.
    public func answer(_ request: HTTPRequest, at path: String, _ reply: consuming Reply) async {
        let requestID = RequestID.of(request)
        var answer: AdminAnswer
        do throws(Problem) {
            answer = try await self.answer(to: request, at: path, requestID)
        } catch {
            if let cause = error.cause {
                log?.error("admin request failed", ["request_id": requestID, "reason": cause])
            }
            answer = AdminAnswer(error, requestID: requestID)
        }
        answer.headers.append("x-request-id", requestID)
        answer.headers.append("cache-control", "no-store")
        reply.send(status: answer.status, headers: answer.headers, body: answer.body)
    }

    private func answer(
        to request: HTTPRequest, at path: String, _ requestID: String
    ) async throws(Problem) -> AdminAnswer {
        let caller = try await authorized(request)
        let (route, names) = try Self.route(of: request.method, at: path)
        guard route.roles.contains(caller.role) else {
            throw .forbidden("The role '\(caller.role.rawValue)' may not do this.")
        }
        let query = try Query(request.query, allowed: route.query)
        let wait: WaitFor? = try query.choice("wait")
        let receipt = ChangeReceipt()
        var api = self
        api.store = store.by(
            ChangeAuthor(
                userID: caller.userID, name: caller.username, tokenID: caller.tokenID, address: clientAddress(request),
                requestID: requestID), receipt: receipt)
        var answer = try await route.handle(api)(
            AdminRequest(caller: caller, names: names, query: query, headers: request.headers, content: request.body))
        guard let version = receipt.version else { return answer }
        await feed.announce(version)
        if wait == .applied { try await waitUntilApplied(version) }
        answer.tell(version)
        return answer
    }

    private func authorized(_ request: HTTPRequest) async throws(Problem) -> Caller {
        let caller: Caller
        do throws(GatewayError) {
            caller = try await authenticate(request)
        } catch { throw .refused(error) }
        guard caller.scopes.contains(.admin) else {
            throw .forbidden("This token has not the scope 'admin', which the admin API needs.")
        }
        return caller
    }

    // MARK: - Routes

    /// HEAD goes where GET goes.
    private static func route(of method: HTTPMethod, at path: String) throws(Problem) -> (AdminRoute, [String]) {
        let found = routes.compactMap { route in route.names(in: path).map { (route, $0) } }
        guard !found.isEmpty else { throw .notFound("There is nothing at this path.") }
        let wanted = method == .head ? .get : method
        guard let match = found.first(where: { $0.0.method == wanted }) else {
            throw .methodNotAllowed(found.map(\.0.method))
        }
        return match
    }
}
