internal import ClusterState
internal import SQLDatabase
internal import Telemetry

/// `switchyard migrate | backup | restore | copy-store`: on the store as a whole.
enum StoreCommands {
    /// Brings the schema up to this release, as a node does at its start.
    static func migrate(_ arguments: [String]) async throws(StartError) {
        guard try Options(arguments).words.isEmpty else { throw .usage("migrate takes no arguments") }
        let location = try NodeEnvironment(ConfigurationFile.variable).database
        let database = try await opened(location)
        await database.close()
        print("\(location.description): the schema is that of this release")
    }

    /// Into a new SQLite file, which is also what `restore` reads.
    static func backup(_ arguments: [String]) async throws(StartError) {
        let options = try Options(arguments)
        guard options.words.count == 1 else { throw .usage("backup takes one file") }
        let path = options.words[0]
        guard !File.exists(path) else { throw .usage("\(path) exists already; a backup overwrites nothing") }
        try await copy(
            from: try NodeEnvironment(ConfigurationFile.variable).database,
            to: try DatabaseLocation(url: "sqlite:\(path)", setting: "FILE"), replace: false)
    }

    static func restore(_ arguments: [String]) async throws(StartError) {
        let options = try Options(arguments, flags: ["replace"])
        guard options.words.count == 1 else { throw .usage("restore takes one file") }
        let path = options.words[0]
        guard File.exists(path) else { throw .usage("\(path) does not exist") }
        try await copy(
            from: try DatabaseLocation(url: "sqlite:\(path)", setting: "FILE"),
            to: try NodeEnvironment(ConfigurationFile.variable).database, replace: options.has("replace"))
    }

    static func copy(_ arguments: [String]) async throws(StartError) {
        let options = try Options(arguments, values: ["from", "to"], flags: ["replace"])
        guard options.words.isEmpty else { throw .usage("copy-store takes --from URL and --to URL") }
        try await copy(
            from: try DatabaseLocation(url: try options.required("from"), setting: "--from"),
            to: try DatabaseLocation(url: try options.required("to"), setting: "--to"), replace: options.has("replace"))
    }

    private static func copy(
        from source: DatabaseLocation, to target: DatabaseLocation, replace: Bool
    ) async throws(StartError) {
        guard source.description != target.description else { throw .usage("source and target are the same") }
        if case .sqlite(let path) = source.place, !File.exists(path) {
            throw .setting(source.setting, "\(path) does not exist")
        }
        let (from, to) = (try await opened(source), try await opened(target))
        let copy = SQLCopy(from: from, to: to)
        let occupied: [String]
        do throws(SQLError) { occupied = try await copy.occupied() } catch { throw target.problem(error) }
        guard occupied.isEmpty || replace else {
            throw .usage(
                "\(target.description) is not empty (\(occupied.joined(separator: ", "))); --replace removes what is there"
            )
        }
        do throws(SQLError) {
            if !occupied.isEmpty { try await copy.clear() }
            for table in try await copy.run() { print("\(table.name)  \(table.rows)") }
        } catch {
            throw .temporary("not copied, the target may hold a part of it (--replace begins anew): \(error.text)")
        }
        await from.close()
        await to.close()
        print("copied \(source.description) to \(target.description)")
    }

    /// With the schema of this release. One connection, and time: nobody waits behind it.
    private static func opened(_ location: DatabaseLocation) async throws(StartError) -> SQLDatabase {
        let database = try await location.open(pool: 1, timeout: .seconds(300))
        do throws(ControlStoreError) {
            try await ControlStore(database: database, now: { Int64(WallClock.now()) }).migrate()
        } catch .unavailable(let error) { throw location.problem(error) } catch { throw .store(error) }
        return database
    }
}
