public import ClusterState
public import GatewayTypes
public import HTTPServer
internal import HTTPTypes

/// The admin API under `/admin/api/v1`.
public struct AdminAPI: Sendable {
    public typealias Authenticate = @Sendable (HTTPRequest) async throws(GatewayError) -> Caller

    private let store: ControlStore
    private let limits: any AdmissionControl
    private let ledger: UsageLedger
    private let authenticate: Authenticate

    public init(
        store: ControlStore, limits: any AdmissionControl, ledger: UsageLedger, authenticate: @escaping Authenticate
    ) {
        self.store = store
        self.limits = limits
        self.ledger = ledger
        self.authenticate = authenticate
    }

    /// Answers one request.
    /// - Parameter path: below `/admin/api/v1`, with a leading slash.
    public func answer(_ request: HTTPRequest, at path: String, _ reply: consuming Reply) async {
        reply.send(status: 404, headers: [:], body: [])
    }
}
