internal import ClusterState
internal import GatewayTypes
internal import HTTPServer
internal import HTTPTypes
internal import JSON
internal import Telemetry
internal import Threading
internal import WireFormats

/// What the loops of one node share. Everything here is immutable or guards itself.
final class Node: Sendable {
    let id: String
    /// Seconds since 1970.
    let startedAt: Int
    let configuration: ConfigurationFeed
    let directory: CallerDirectory
    let cooldowns: CandidateHealth
    let log: Log
    let metrics = NodeMetrics()
    private let isDraining = Locked(false)
    private let refusalSampling = Locked(LogSampling())
    private let storeKind: String
    /// `nil` on a node that runs alone.
    let cluster: Cluster?
    private let storeState: @Sendable () async -> Bool

    init(
        id: String, configuration: ConfigurationFeed, directory: CallerDirectory,
        cooldowns: CandidateHealth, log: Log, storeKind: String, storeState: @escaping @Sendable () async -> Bool,
        cluster: Cluster?
    ) {
        self.id = id
        startedAt = WallClock.now() / 1000
        self.configuration = configuration
        self.directory = directory
        self.cooldowns = cooldowns
        self.log = log
        self.storeKind = storeKind
        self.storeState = storeState
        self.cluster = cluster
    }

    var isReady: Bool { !isDraining.withLock { $0 } }

    func beginDraining() { isDraining.withLock { $0 = true } }

    /// The bearer's caller, as it may come from where the request came from.
    func authenticate(_ request: HTTPRequest) async throws(GatewayError) -> Caller {
        guard let bearer = Bearer.token(of: request) else { throw .unauthorized(.missing) }
        let caller = try await directory.caller(for: bearer)
        guard caller.allowedAddresses.isEmpty || caller.mayComeFrom(clientAddress(of: request)) else {
            throw .forbidden(message: "This token may not be used from your address.")
        }
        return caller
    }

    /// The client's address: the last one that a trusted proxy names, else the peer's own.
    func clientAddress(of request: HTTPRequest) -> String {
        let trusted = configuration.current.trustedProxies
        func isTrusted(_ address: String) -> Bool { trusted.contains { $0.contains(address) } }
        var address = request.remoteAddress
        let named = request.headers.all("x-forwarded-for").joined(separator: ",").split(separator: ",").reversed()
        for hop in named {
            guard isTrusted(address) else { break }
            let next = hop.filter { $0 != " " }
            guard AddressBlock(next) != nil else { break }
            address = next
        }
        return address
    }

    /// Counts and logs a request that has ended.
    func observe(_ exchange: Exchange) {
        guard exchange.isAdmitted else { return }
        metrics.count(exchange)
        log.info("request answered") { line in
            line.add("request_id", exchange.record.requestID)
            line.add("id", exchange.record.id)
            line.add("user", exchange.record.username)
            line.add("route", exchange.record.route)
            line.add("provider", exchange.record.provider ?? "")
            line.add("model", exchange.record.model ?? "")
            line.add("status", exchange.record.status)
            line.add("error_code", exchange.record.errorCode ?? "")
            line.add("attempts", exchange.record.attempts.count)
            line.add("stream", exchange.record.stream)
            line.add("prompt_tokens", exchange.record.usage.promptTokens)
            line.add("completion_tokens", exchange.record.usage.completionTokens)
            line.add("duration_ms", Double(exchange.record.duration.microseconds) / 1000)
        }
    }

    /// Logs why an attempt brought no answer; the request may still be answered by another candidate.
    func attemptFailed(_ candidate: Candidate, _ failure: UpstreamFailure, _ exchange: Exchange) {
        guard failure.kind != .cancelled else { return }
        log.warning(
            "attempt failed",
            [
                "request_id": exchange.requestID, "provider": candidate.provider.id,
                "credential": candidate.credential.id, "model": candidate.model.name, "kind": failure.kind.rawValue,
                "status": failure.status, "code": failure.code, "reason": failure.detail ?? failure.message,
            ])
    }

    /// Counts a refusal and logs it, unless there are so many that the log would hold little else.
    func refused(_ error: GatewayError, _ exchange: Exchange) {
        metrics.count(error)
        if case .fault(let detail) = error {
            log.error("request failed", ["request_id": exchange.requestID, "detail": detail])
        } else {
            let code = error.code ?? "invalid_request"
            guard let leftOut = refusalSampling.withLock({ $0.take(code, at: WallClock.now()) }) else { return }
            log.info(
                "request refused",
                [
                    "request_id": exchange.requestID, "status": error.status, "error_code": code,
                    "like_it_not_logged": leftOut,
                ])
        }
    }

    /// `GET /health`.
    func health() async -> [UInt8] {
        let storeIsUp = await storeState()
        let sharesState = cluster?.isShared ?? true
        return JSONWriter.bytes { json in
            json.object { json in
                json.member("status", isReady ? (storeIsUp && sharesState ? "ok" : "degraded") : "draining")
                json.member("version", Version.text)
                json.member("node", id)
                json.member(
                    "store",
                    object: { json in
                        json.member("kind", storeKind)
                        json.member("status", storeIsUp ? "ok" : "unavailable")
                    })
                json.member(
                    "shared_state",
                    object: { json in
                        json.member("kind", cluster == nil ? "in_process" : "redis")
                        json.member("status", sharesState ? "ok" : "unavailable")
                    })
            }
        }
    }
}

/// The caller's token, wherever its SDK puts it.
enum Bearer {
    static func token(of request: HTTPRequest) -> String? {
        if let value = request.headers["authorization"] {
            return value.utf8.span.withUnsafeBufferPointer { text in
                let scheme: StaticString = "bearer "
                var start = scheme.utf8CodeUnitCount
                guard text.count > start else { return nil }
                for index in 0..<start where text[index] | 0x20 != scheme.utf8Start[index] { return nil }
                while start < text.count, text[start] == UInt8(ascii: " ") { start += 1 }
                return String(decoding: text[start...], as: UTF8.self)
            }
        }
        if let value = request.headers["x-api-key"] ?? request.headers["x-goog-api-key"] { return value }
        for pair in (request.query ?? "").split(separator: "&") where pair.hasPrefix("key=") {
            return PercentEncoding.decode(String(pair.dropFirst(4)))
        }
        return nil
    }
}
