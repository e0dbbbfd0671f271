internal import Crypto
internal import EventLoop
internal import Telemetry

/// Makes connections: looks names up, asks the Sentinels, connects, logs in, and sees whether the server would work.
///
/// `@unchecked Sendable`: only touched on the thread of `loop`.
final class RedisDialer: @unchecked Sendable {
    enum Purpose {
        /// The server must be one that takes writes.
        case commands
        /// Any server will do that passes messages on.
        case messages
    }

    private let loop: EventLoop
    private let settings: RedisSettings
    private let purpose: Purpose
    private var tls: TLSClientContext?

    init(loop: EventLoop, settings: RedisSettings, for purpose: Purpose) {
        self.loop = loop
        self.settings = settings
        self.purpose = purpose
    }

    /// A connection that is logged in and works. Names are asked for anew each time, so that a failover is followed.
    func dial() async throws(RedisOutage) -> RedisConnection {
        let endpoint: RedisEndpoint
        switch settings.location {
        case .server(let server): endpoint = server
        case .sentinels(let sentinels, let master): endpoint = try await find(master, asking: sentinels)
        }
        let connection = try await open(endpoint)
        do throws(RedisOutage) {
            try await greet(connection)
        } catch {
            connection.end(error)
            throw error
        }
        return connection
    }

    // MARK: - Sentinels

    /// Asks one Sentinel after the other until one knows the master's address.
    private func find(
        _ master: String, asking sentinels: [RedisEndpoint]
    ) async throws(RedisOutage) -> RedisEndpoint {
        var fault = RedisOutage.noSentinel(reason: "none is named")
        for sentinel in sentinels {
            do throws(RedisOutage) {
                return try await find(master, asking: sentinel)
            } catch {
                if case .unknownMaster = error { fault = error } else { fault = .noSentinel(reason: error.description) }
            }
        }
        throw fault
    }

    private func find(_ master: String, asking sentinel: RedisEndpoint) async throws(RedisOutage) -> RedisEndpoint {
        let connection = try await open(sentinel)
        defer { connection.end(.cut(sentinel)) }
        // A Sentinel without a password refuses this, which does no harm.
        if let login { connection.send(login, nil) }
        switch await connection.ask(["SENTINEL", "GET-MASTER-ADDR-BY-NAME", .text(master)]) {
        case .success(let reply):
            guard let parts = reply.asArray, parts.count == 2, let host = parts[0].asText,
                let port = parts[1].asInteger.flatMap({ UInt16(exactly: $0) })
            else { throw .unknownMaster(master) }
            return RedisEndpoint(host: host, port: port)
        case .failure(let error): throw outage(error, at: sentinel)
        }
    }

    // MARK: - Connecting

    private func open(_ endpoint: RedisEndpoint) async throws(RedisOutage) -> RedisConnection {
        let context = try await tlsContext(for: endpoint)
        var fault = RedisOutage.unknownHost(endpoint.host, reason: "no address")
        for address in try await resolve(endpoint) {
            do throws(SocketError) {
                let socket = try await Socket.connect(to: address, on: loop, within: settings.connectTimeout)
                if let context {
                    let name = settings.tls?.name ?? endpoint.host
                    try await socket.secure(context, peer: name, on: loop, within: settings.connectTimeout)
                }
                return RedisConnection(socket, to: endpoint, on: loop, limit: settings.commandTimeout)
            } catch { fault = error.outage(at: endpoint, isConnected: false) }
        }
        throw fault
    }

    private func resolve(_ endpoint: RedisEndpoint) async throws(RedisOutage) -> [ResolvedAddress] {
        if case .success(let literal) = ResolvedAddress.find(endpoint, isLiteral: true) { return literal }
        guard let found = await loop.offLoop(name: "redis-names", { ResolvedAddress.find(endpoint) }) else {
            throw .unknownHost(endpoint.host, reason: "the system gave no thread to look it up")
        }
        return try found.get()
    }

    private func tlsContext(for endpoint: RedisEndpoint) async throws(RedisOutage) -> TLSClientContext? {
        guard let wanted = settings.tls, tls == nil else { return tls }
        let made = await loop.offLoop(name: "redis-tls") { () -> Result<TLSClientContext, TLSError> in
            do throws(TLSError) { return .success(try TLSClientContext(authorities: wanted.authorities)) } catch {
                return .failure(error)
            }
        }
        switch made {
        case .success(let context): tls = context
        case .failure(let error): throw .tls(endpoint, error)
        case nil: throw .tls(endpoint, .broken("the system gave no thread"))
        }
        return tls
    }

    // MARK: - Greeting

    private var login: [RedisWord]? {
        guard let password = settings.password else { return nil }
        return ["AUTH"] + (settings.user.map { [.text($0)] } ?? []) + [.text(password.reveal())]
    }

    /// Logs in and chooses the database, all in one round trip.
    private func greet(_ connection: RedisConnection) async throws(RedisOutage) {
        var faults: [RedisOutage] = []
        let endpoint = connection.endpoint
        func expect(_ words: [RedisWord], otherwise: @escaping (RedisError) -> RedisOutage) {
            connection.send(words) { if case .failure(let error) = $0 { faults.append(otherwise(error)) } }
        }
        if let login {
            expect(login) { [self] error in
                if case .refused = error { .wrongPassword(endpoint) } else { outage(error, at: endpoint) }
            }
        }
        if settings.database != 0 {
            expect(["SELECT", .integer(settings.database)]) { [self] error in
                if case .refused("ERR", _) = error { return .noSuchDatabase(endpoint, settings.database) }
                return outage(error, at: endpoint)
            }
        }
        let last: Result<RedisReply, RedisError> =
            switch purpose {
            // A write that changes nothing, refused by a replica, a server that loads, and one without memory or disk.
            case .commands: await connection.ask(["SETRANGE", "sy:probe", 0, ""])
            case .messages: await connection.ask(["PING"])
            }
        if let fault = faults.first { throw fault }
        if case .failure(let error) = last { throw outage(error, at: endpoint) }
    }

    private func outage(_ error: RedisError, at endpoint: RedisEndpoint) -> RedisOutage {
        switch error {
        case .refused("NOAUTH", _): .passwordMissing(endpoint)
        case .refused(let code, let message): .refusing(code: code, message: message)
        case .unavailable(let outage), .connectionLost(let outage): outage
        case .timedOut: .silent(endpoint)
        case .closed: .cut(endpoint)
        }
    }
}
