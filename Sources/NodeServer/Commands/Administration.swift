internal import ClusterState
internal import SQLDatabase

/// The control store without a node, for commands on one's own machine.
struct Administration {
    let store: ControlStore

    static func open() async throws(StartError) -> Administration {
        let environment = try NodeEnvironment(ConfigurationFile.variable)
        let opened = try await LocalState.openStore(environment)
        if let password = opened.generatedPassword {
            File.write("Admin user: admin, password: \(password) (shown this once)\n", to: 2)
        }
        return Administration(store: opened.store.by(.commandLine))
    }

    /// Asks the store, and says its refusal in the terms of the command line.
    func asking<Value>(
        _ body: (ControlStore) async throws(ControlStoreError) -> Value
    ) async throws(StartError) -> Value {
        do throws(ControlStoreError) { return try await body(store) } catch { throw .store(error) }
    }

    func close() async { await store.database.close() }
}

extension StartError {
    static func store(_ error: ControlStoreError) -> StartError {
        switch error {
        case .notFound: .usage("there is no such user or token")
        case .conflict(let field): .usage("this \(field) is taken already")
        case .invalid(let field, let message): .usage("\(field): \(message)")
        case .changed: .usage("it was changed meanwhile")
        case .unavailable(let reason): .temporary("the database \(reason.text)")
        }
    }
}
