internal import ClusterState
internal import Configuration
internal import Crypto
internal import Dashboard
internal import EventLoop
internal import GatewayTypes
internal import Glibc
internal import HTTPClient
internal import HTTPServer
internal import HTTPTypes
internal import Providers
internal import SQLDatabase
internal import Telemetry
internal import WireFormats

/// One node from start to end: opens the state, starts the loops, serves until told to stop, drains.
struct NodeRun: Sendable {
    let node: Node
    let state: LocalState
    let shared: SharedState
    let configuration: LiveConfiguration
    let feed: ChangeFeed
    let port: UInt16
    private let servers: [HTTPServer]
    private let clients: [HTTPClient]
    private let loops: [EventLoop]
    private let sink: LogSink
    private let maintenance: Task<Void, Never>

    /// Everything up to the first request.
    static func start(_ environment: NodeEnvironment, _ file: ConfigurationFile) async throws(StartError) -> NodeRun {
        guard let sink = LogSink.start(), let level = LogLevel(rawValue: environment.logLevel) else {
            let levels = LogLevel.allCases.map(\.rawValue).joined(separator: ", ")
            throw .setting("SWITCHYARD_LOG", "\"\(environment.logLevel)\" is not one of \(levels)")
        }
        let log = Log(level: level, sink: sink)
        let (loaded, warnings) = try file.load()
        let configuration = loaded.configuration
        guard PortCheck.isFree(host: environment.host, port: environment.port) else {
            throw .listening(on: "\(environment.host):\(environment.port)", .addressInUse)
        }
        for warning in warnings { log.warning("configuration", ["problem": "\(file.path ?? ""):\(warning)"]) }
        let state = try await LocalState.open(environment, configuration, log)
        let database = state.store.database
        let id = environment.nodeID ?? "node-\(Hex.encode(SecureRandom.bytes(4)))"
        let shared = try await SharedState.open(environment, state, node: id, log)
        let node = Node(
            id: id, configuration: ConfigurationFeed(configuration), directory: state.directory,
            cooldowns: CandidateHealth(store: shared.cooldowns), log: log,
            storeKind: database.dialect == .sqlite ? "sqlite" : "mysql", storeState: { await Self.answers(database) },
            cluster: shared.cluster)
        node.metrics.addLedger(state.ledger, shared.cluster)
        let cooldowns = shared.cooldowns
        node.metrics.registry.gauge("switchyard_cooldowns", "Credentials and models of providers that rest now.") {
            Double(cooldowns.list().count)
        }
        let run: NodeRun
        do throws(StartError) {
            let sources = try await ConfigurationSources.open(loaded, node, state, environment)
            run = try await listen(node, state, shared, sources, environment, sink)
        } catch {
            // Else the others would count with this node for some seconds.
            await shared.leave()
            throw error
        }
        log.info("node started", ["node": node.id, "address": environment.host, "port": Int(run.port)])
        if state.abandoned > 0 {
            log.warning("requests of an earlier run were found unsettled", ["abandoned": state.abandoned])
        }
        return run
    }

    private static func listen(
        _ node: Node, _ state: LocalState, _ shared: SharedState, _ sources: ConfigurationSources,
        _ environment: NodeEnvironment, _ sink: LogSink
    ) async throws(StartError) -> NodeRun {
        var servers: [HTTPServer] = []
        var clients: [HTTPClient] = []
        var loops: [EventLoop] = []
        var limits: [any AdmissionControl] = []
        var port = environment.port
        do throws(EventLoopError) {
            for number in 0..<environment.loops { loops.append(try EventLoop.start(name: "loop-\(number)")) }
        } catch { throw .temporary("the system gives no more threads or descriptors") }
        for loop in loops { limits.append(await shared.limits(on: loop)) }
        try await shared.start()
        let admin = AdminAPI(
            store: state.store, limits: limits[0], ledger: state.ledger, cooldowns: shared.cooldowns,
            configuration: sources.configuration, vault: sources.vault, feed: sources.feed,
            nodes: NodeList(store: state.store, cluster: shared.cluster), log: node.log,
            authenticate: { request throws(GatewayError) in try await node.authenticate(request) },
            clientAddress: { node.clientAddress(of: $0) })
        for (loop, limits) in zip(loops, limits) {
            let client = HTTPClient(loop: loop, options: HTTPClientOptions(caBundle: environment.caBundle))
            let pipeline = RequestPipeline(node: node, limits: limits, upstreams: Upstreams(on: loop, client: client))
            let server = HTTPServer(
                loop: loop, options: options(node.configuration.current.configuration.server, environment.loops),
                handler: FrontDoor(node: node, pipeline: pipeline, admin: admin))
            do throws(HTTPServerError) {
                port = try await server.listen(host: environment.host, port: port)
            } catch { throw .listening(on: "\(environment.host):\(port)", error) }
            clients.append(client)
            servers.append(server)
        }
        let listening = servers
        sources.serverSettings.follow {
            let options = Self.options(node.configuration.current.configuration.server, listening.count)
            for server in listening { await server.apply(options) }
        }
        return NodeRun(
            node: node, state: state, shared: shared, configuration: sources.configuration, feed: sources.feed,
            port: port, servers: servers, clients: clients, loops: loops, sink: sink,
            maintenance: Task { await maintenance(of: node, state).run() })
    }

    private static func maintenance(of node: Node, _ state: LocalState) -> UsageMaintenance {
        UsageMaintenance(
            ledger: state.ledger, owner: node.cluster?.epoch ?? UUIDv7.make(), now: LocalState.now,
            retention: { node.configuration.current.configuration.server.usageRetention },
            onFailure: { node.log.warning("the ledger was not summed up", ["reason": $0.text]) })
    }

    /// Whether the database answers at all.
    private static func answers(_ database: SQLDatabase) async -> Bool {
        do throws(SQLError) {
            return try await database.read { connection throws(SQLError) in try connection.query("SELECT 1").count == 1
            }
        } catch { return false }
    }

    /// Ready goes off, answers in hand end, usage is written. Bounded by the configured drain time.
    func drain() async {
        node.beginDraining()
        node.log.info("draining")
        let settings = node.configuration.current.configuration.server
        let (limit, delay) = (settings.drainTimeout, settings.drainDelay)
        let servers = servers
        let deadline =
            limit > .zero
            ? Task {
                try? await Task.sleep(for: limit)
                guard !Task.isCancelled else { return }
                for server in servers { await server.close() }
            } : nil
        await withTaskGroup(of: Void.self) { group in
            for server in servers { group.addTask { await server.drain(after: delay) } }
        }
        deadline?.cancel()
        await close()
    }

    /// Ends everything now; what was admitted is settled and written.
    func closeNow() async { for server in servers { await server.close() } }

    private func close() async {
        maintenance.cancel()
        for client in clients { await client.shutdown() }
        await waitForHolds()
        await shared.leave()
        if await !state.ledger.close() { node.log.error("usage waits in the journal: the database took no rows") }
        await feed.stop()
        await state.store.database.close()
        node.log.info("node stopped", ["node": node.id])
        for loop in loops { loop.stop() }
        sink.close()
    }

    /// Handlers whose connection was closed under them settle a moment later; what has not by then is found by the next run.
    private func waitForHolds() async {
        for _ in 0..<100 where await shared.openCount() > 0 { try? await Task.sleep(for: .milliseconds(20)) }
    }

    private static func options(_ settings: ServerSettings, _ loops: Int) -> HTTPServerOptions {
        var options = HTTPServerOptions { status, message in
            let error: GatewayError =
                switch status {
                case 408: .bodyTimedOut
                case 413: .bodyTooLarge(limit: settings.maxBodyBytes)
                default: .malformedRequest(message: message, code: "http_\(status)")
                }
            let id = UUIDv7.make()
            return (
                ["content-type": "application/json", "x-request-id": id], OpenAIChat.errorBody(error, requestID: id)
            )
        }
        options.maxHeaderBytes = settings.maxHeaderBytes
        options.maxBodyBytes = settings.maxBodyBytes
        options.headerTimeout = settings.headerTimeout
        options.bodyIdleTimeout = settings.bodyIdleTimeout
        options.keepAliveTimeout = settings.keepAliveTimeout
        options.writeIdleTimeout = settings.writeIdleTimeout
        options.maxConnections = max(1, settings.maxConnections / loops)
        return options
    }
}

extension StartError {
    static func listening(on address: String, _ error: HTTPServerError) -> StartError {
        switch error {
        case .badAddress: .setting("SWITCHYARD_LISTEN", "\(address) is no IP address")
        case .addressNotAvailable: .setting("SWITCHYARD_LISTEN", "\(address) is no address of this machine")
        case .permissionDenied: .setting("SWITCHYARD_LISTEN", "\(address) needs more rights: choose a port above 1023")
        case .addressInUse: .temporary("\(address) is in use: is another node running there?")
        case .resources: .temporary("the system gives no more descriptors")
        }
    }
}
