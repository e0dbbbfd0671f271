import ClusterState
import Configuration
import Crypto
import EventLoop
import GatewayTypes
import HTTPServer
import HTTPTypes
import JSON
import SQLDatabase
import Telemetry
import Testing

@testable import Dashboard

/// The admin API on a server of its own, over a real store, ledger and limits.
struct AdminServer: Sendable {
    let database: SQLDatabase
    let store: ControlStore
    let ledger: UsageLedger
    let limits: InProcessLimits
    let cooldowns: InProcessCooldowns
    let directory: CallerDirectory
    let feed: ChangeFeed
    let configuration: LiveConfiguration
    let vault: CredentialVault
    let clock: TestClock
    fileprivate let client: Client

    /// The environment's token, in the name of the user `admin`.
    static let rootToken = "root-token"

    func call(
        _ method: String, _ path: String, _ body: JSONTree? = nil, as token: String? = rootToken,
        headers: [(String, String)] = []
    ) async throws -> Client.Answer {
        try await call(method, path, raw: body?.bytes ?? [], as: token, headers: headers)
    }

    func call(
        _ method: String, _ path: String, raw body: [UInt8], as token: String? = rootToken,
        headers: [(String, String)] = []
    ) async throws -> Client.Answer {
        let bearer = token.map { [("authorization", "Bearer \($0)")] } ?? []
        return try await client.send(method, path, headers: bearer + headers, body: body)
    }

    /// Every row of a list, page by page; a page has at most `limit`.
    func all(_ path: String, limit: Int, as token: String = rootToken) async throws -> [JSONTree] {
        var rows: [JSONTree] = []
        var next: String?
        repeat {
            let mark = path.contains("?") ? "&" : "?"
            let target = "\(path)\(mark)limit=\(limit)" + (next.map { "&after=\($0)" } ?? "")
            let page = try await call("GET", target, as: token)
            try #require(page.status == 200)
            #expect(page.json["data"]!.elements.count <= limit)
            rows += page.json["data"]!.elements
            next = page.json["next"]?.string
        } while next != nil
        return rows
    }

    /// Makes a user of that role and a token of it.
    func token(_ role: Caller.Role, scopes: Set<Caller.Scope> = [.admin]) async throws -> String {
        let name = "a-\(role.rawValue)"
        if try await store.users().rows.allSatisfy({ $0.username != name }) {
            _ = try await store.createUser(NewUser(username: name, role: role))
        }
        return try await store.createToken(NewToken(user: name, name: "t", scopes: scopes)).text
    }

    /// Admits a request and settles it.
    func record(_ row: UsageRecord) async throws {
        let hold = try await limits.admit(row, subjects: [], reservation: Reservation(tokens: 10, cost: nil))
        hold.settle(row)
    }
}

/// - Parameter file: the text of the configuration file.
func withAdminServer(file: String = "{}", _ body: (AdminServer) async throws -> Void) async throws {
    let clock = TestClock()
    let directory = TemporaryDirectory()
    let database = try await SQLDatabase.open(sqlite: ":memory:")
    let store = ControlStore(database: database, now: clock.read)
    try await store.migrate()
    let admin = try await store.createUser(NewUser(username: "admin", role: .admin))
    let callers = CallerDirectory(store: store, adminToken: AdminServer.rootToken, adminID: admin.id)
    let ledger = try UsageLedger(database: database, directory: directory.path + "/journal")
    let limits = InProcessLimits(ledger: ledger, now: clock.read)
    let cooldowns = InProcessCooldowns(now: clock.read)
    let vault = CredentialVault(.random())
    let reader = ConfigurationReader(environment: { _ in nil }, file: { _ in nil })
    let configuration = LiveConfiguration(
        file: try #require(reader.readFile(Array(file.utf8)).file),
        openKey: { vault.open($0).map { CredentialKey($0.reveal()) } }, report: { _ in }, apply: { _ in })
    store.configuredTiers.replace(with: configuration.file.configuration.tiers)
    let feed = ChangeFeed(
        store: store,
        node: ClusterNode(id: "n1", epoch: "e1", address: "127.0.0.1:1", version: "0", startedAt: clock.read()),
        bell: InProcessBell(), interval: .seconds(3600), log: nil,
        take: { configuration.take($0).faults.first?.text })
    try await feed.follow()
    let api = AdminAPI(
        store: store, limits: limits, ledger: ledger, cooldowns: cooldowns, configuration: configuration,
        vault: vault, feed: feed, nodes: NodeList(store: store, cluster: nil), log: nil,
        authenticate: { request throws(GatewayError) in
            guard let bearer = request.headers["authorization"]?.split(separator: " ").last else {
                throw .unauthorized(.missing)
            }
            return try await callers.caller(for: String(bearer))
        }, clientAddress: \.remoteAddress)
    let loop = try EventLoop.start(name: "admin")
    defer { loop.stop() }
    let server = HTTPServer(loop: loop, options: HTTPServerOptions(), handler: Front(api: api))
    let port = try await server.listen(host: "127.0.0.1", port: 0)
    let outcome: Result<Void, any Error>
    do {
        try await body(
            AdminServer(
                database: database, store: store, ledger: ledger, limits: limits, cooldowns: cooldowns,
                directory: callers, feed: feed, configuration: configuration, vault: vault, clock: clock,
                client: try Client(port: port)))
        outcome = .success(())
    } catch { outcome = .failure(error) }
    await server.close()
    await ledger.close()
    await feed.stop()
    await database.close()
    try outcome.get()
}

private struct Front: HTTPHandler {
    let api: AdminAPI

    func handle(_ request: HTTPRequest, _ reply: consuming Reply) async {
        await api.answer(request, at: request.path, reply)
    }
}
