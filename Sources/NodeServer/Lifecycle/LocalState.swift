internal import ClusterState
internal import GatewayTypes
internal import Glibc
internal import SQLDatabase
internal import Telemetry

/// The state of a node that runs alone: SQLite and a journal in its data directory, limits and cooldowns in process.
struct LocalState: Sendable {
    let store: ControlStore
    let ledger: UsageLedger
    let limits: InProcessLimits
    let directory: CallerDirectory
    let cooldowns: InProcessCooldowns
    /// Requests that an earlier run left unsettled.
    let abandoned: Int
    /// The first admin's password, if this start has made it up.
    let generatedPassword: String?

    static func open(
        _ environment: NodeEnvironment, _ configuration: GatewayConfiguration
    ) async throws(StartError) -> LocalState {
        let (store, database, password) = try await openStore(environment)
        do {
            let ledger = try UsageLedger(database: database, directory: "\(environment.dataDirectory)/journal")
            let abandoned = await ledger.recover()
            let limits = InProcessLimits(ledger: ledger, now: { Int64(WallClock.now()) })
            try await limits.seed()
            let directory = CallerDirectory(
                store: store, adminToken: environment.adminToken, tiers: configuration.tiers)
            return LocalState(
                store: store, ledger: ledger, limits: limits, directory: directory, cooldowns: InProcessCooldowns(),
                abandoned: abandoned, generatedPassword: password)
        } catch {
            throw .temporary("the usage journal in \(environment.dataDirectory) cannot be used: \(error)")
        }
    }

    /// The control store alone, for offline administration. Makes the first admin when there is none.
    static func openStore(
        _ environment: NodeEnvironment
    ) async throws(StartError) -> (store: ControlStore, database: SQLDatabase, generatedPassword: String?) {
        guard File.makeDirectory(environment.dataDirectory) else {
            throw .setting("SWITCHYARD_DATA", "the directory \(environment.dataDirectory) cannot be made")
        }
        do {
            let database = try await SQLDatabase.open(sqlite: "\(environment.dataDirectory)/switchyard.sqlite")
            let store = try await ControlStore.open(database)
            let password = try await store.ensureAdmin(password: environment.adminPassword)
            return (store, database, password)
        } catch let error as SQLError {
            throw .temporary("the database in \(environment.dataDirectory) cannot be used: \(error)")
        } catch {
            throw .temporary("the database in \(environment.dataDirectory) cannot be used: \(error)")
        }
    }
}
