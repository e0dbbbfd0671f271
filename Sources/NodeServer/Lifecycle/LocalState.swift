internal import ClusterState
internal import GatewayTypes
internal import Glibc
internal import SQLDatabase
internal import Telemetry

/// The state of a node: the store (SQLite in its data directory, or MySQL), a journal in its data directory, and limits for
/// when it runs alone.
struct LocalState: Sendable {
    let store: ControlStore
    let ledger: UsageLedger
    let limits: InProcessLimits
    let directory: CallerDirectory
    /// Requests that an earlier run left unsettled.
    let abandoned: Int
    /// The first admin's password, if this start has made it up.
    let generatedPassword: String?

    static func open(
        _ environment: NodeEnvironment, _ configuration: GatewayConfiguration, _ log: Log
    ) async throws(StartError) -> LocalState {
        let (store, database, password) = try await openStore(environment)
        try makeDataDirectory(environment)
        store.configuredTiers.replace(with: configuration.tiers)
        let ledger: UsageLedger
        do throws(JournalError) {
            ledger = try UsageLedger(
                database: database, directory: "\(environment.dataDirectory)/journal",
                // In a cluster whoever takes rows out of the streams has them written, twice a second.
                interval: environment.redis == nil ? .milliseconds(250) : .seconds(1)
            ) { id, error in
                log.error(
                    "a row of the ledger was refused; it is in journal/rejected.jsonl",
                    ["id": id, "reason": error.text])
            }
        } catch {
            throw .temporary("the usage journal in \(environment.dataDirectory) cannot be used: \(error)")
        }
        let abandoned = await ledger.recover()
        let limits = InProcessLimits(ledger: ledger, now: Self.now)
        // What an earlier release left, or a node that was off, is summed up before sums are asked for: a month of rows
        // takes longer than a question may.
        do throws(SQLError) {
            let hours = try await ledger.sumUpHours(now: now())
            if hours > 1 { log.info("the ledger was summed up", ["hours": hours]) }
        } catch { throw environment.database.problem(error) }
        do throws(ControlStoreError) {
            try await limits.seed(configuredZones: Set(configuration.tiers.compactMap(\.limits.zone)))
            let adminID = try await store.user("admin").id
            return LocalState(
                store: store, ledger: ledger, limits: limits,
                directory: CallerDirectory(store: store, adminToken: environment.adminToken, adminID: adminID),
                abandoned: abandoned, generatedPassword: password)
        } catch .unavailable(let error) { throw environment.database.problem(error) } catch { throw .store(error) }
    }

    @Sendable static func now() -> Int64 { Int64(WallClock.now()) }

    /// The control store alone, for offline administration. Makes the first admin when there is none.
    static func openStore(
        _ environment: NodeEnvironment
    ) async throws(StartError) -> (store: ControlStore, database: SQLDatabase, generatedPassword: String?) {
        if environment.databaseURL == nil { try makeDataDirectory(environment) }
        let location = environment.database
        let database = try await location.open()
        let store = ControlStore(database: database, now: now)
        do throws(ControlStoreError) {
            try await store.migrate()
            return (store, database, try await store.ensureAdmin(password: environment.adminPassword))
        } catch .unavailable(let error) { throw location.problem(error) } catch { throw .store(error) }
    }

    private static func makeDataDirectory(_ environment: NodeEnvironment) throws(StartError) {
        guard File.makeDirectory(environment.dataDirectory) else {
            throw .setting("SWITCHYARD_DATA", "the directory \(environment.dataDirectory) cannot be made")
        }
    }
}
