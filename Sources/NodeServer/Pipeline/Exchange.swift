internal import ClusterState
internal import Crypto
internal import GatewayTypes
internal import HTTPServer
internal import HTTPTypes
internal import Telemetry
internal import WireFormats

/// One request on its way through the pipeline: what every phase may know, and the record that grows from phase to phase.
///
/// A class, because every phase would otherwise carry its own copy of the record through its suspensions.
final class Exchange {
    let request: HTTPRequest
    let endpoint: ModelEndpoint
    let snapshot: GatewaySnapshot
    let started: ContinuousClock.Instant
    /// The caller's request id if it is fit, else the gateway's own.
    let requestID: String
    /// How many gateways the request has passed before this one.
    let hops: Int
    var record: UsageRecord
    var isAdmitted = false
    /// The media type of an answer with status 200.
    var contentType = "application/json"
    var rates: RateStatus?
    /// Nobody was asked; the answer is what the gateway reckons.
    var isEstimate = false
    /// Time spent waiting for upstreams and for the client, to be told apart from the gateway's own.
    var waited: Duration = .zero

    init(_ request: HTTPRequest, _ endpoint: ModelEndpoint, _ node: Node) {
        let id = UUIDv7.make()
        self.request = request
        self.endpoint = endpoint
        snapshot = node.configuration.current
        started = request.receivedAt
        requestID = RequestID.fit(request.headers["x-request-id"]) ?? id
        hops = max(0, request.headers["x-switchyard-hops"].flatMap { Int($0) } ?? 0)
        record = UsageRecord(
            RequestIdentity(
                id: id, requestID: requestID, time: Int64(WallClock.now()), node: node.id, userID: "", username: "",
                tokenID: nil, endpoint: endpoint.name ?? endpoint.path, dialect: endpoint.dialect.rawValue, route: "",
                stream: false))
    }

    /// Notes who asks, and for what.
    func identify(_ caller: Caller, on route: Route, stream: Bool) {
        let known = record.identity
        record.identity = RequestIdentity(
            id: known.id, requestID: known.requestID, time: known.time, node: known.node, userID: caller.userID,
            username: caller.username, tokenID: caller.tokenID, endpoint: known.endpoint, dialect: known.dialect,
            route: route.name, stream: stream)
    }

    /// The request's share of chance, from its id's random bits: drawing more would be a system call a request.
    var seed: UInt64 { UInt64(bitPattern: Int64(record.id.hashValue)) }

    /// The caller's way of speaking.
    var format: any ClientFormat.Type { endpoint.dialect.format }

    var elapsed: Duration { started.duration(to: .now) }
}

/// What may stand in `x-request-id`.
enum RequestID {
    /// The text if it is 1 to 128 of `A-Za-z0-9._-`.
    static func fit(_ text: String?) -> String? {
        guard let text, (1...128).contains(text.utf8.count) else { return nil }
        let isFit = text.utf8.allSatisfy { byte in
            (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || byte == 0x2E
                || byte == 0x5F || byte == 0x2D
        }
        return isFit ? text : nil
    }
}
