internal import ClusterState
internal import Configuration
internal import Crypto
internal import GatewayTypes
internal import SQLDatabase
internal import Telemetry

/// Where a node's configuration comes from while it runs: the file, and the store with the feed of its changes.
struct ConfigurationSources: Sendable {
    let configuration: LiveConfiguration
    let vault: CredentialVault
    let feed: ChangeFeed
    let serverSettings: ServerSettingsFollower

    /// Reads what is stored, so that the node serves it from the first request, and follows its changes from now on.
    static func open(
        _ file: FileConfiguration, _ node: Node, _ state: LocalState, _ environment: NodeEnvironment
    ) async throws(StartError) -> ConfigurationSources {
        let vault = CredentialVault(try MasterKey.load(environment))
        let report = CompositionReport(log: node.log)
        let directory = state.directory
        let serverSettings = ServerSettingsFollower()
        let configuration = LiveConfiguration(
            file: file, openKey: { credential in vault.open(credential).map { CredentialKey($0.reveal()) } },
            report: { report.tell($0) },
            apply: { configuration in
                let isOther = configuration.server != node.configuration.current.configuration.server
                node.configuration.apply(configuration)
                if isOther { serverSettings.note() }
                directory.setStrictRevocation(configuration.server.strictRevocation)
            })
        let feed = ChangeFeed(
            store: state.store,
            node: ClusterNode(
                id: node.id, epoch: UUIDv7.make(), address: "\(environment.host):\(environment.port)",
                version: Version.text, startedAt: Int64(WallClock.now())),
            bell: InProcessBell(), interval: pollInterval(state.store.database.dialect), log: node.log,
            take: { stored in
                let faults = configuration.take(stored).faults
                return faults.isEmpty ? nil : faults.map(\.text).joined(separator: "; ")
            })
        do throws(ControlStoreError) {
            if try await vault.opens(state.store) {
                try await feed.follow()
                return ConfigurationSources(
                    configuration: configuration, vault: vault, feed: feed, serverSettings: serverSettings)
            }
        } catch { throw .store(error) }
        throw .setting(
            MasterKey.setting,
            "is not the key that the credentials in this database are sealed with; all nodes of a database need the same"
        )
    }

    /// How long a change by another process on the same database may go unseen when the bell is not heard.
    private static func pollInterval(_ dialect: SQLDialect) -> Duration {
        switch dialect {
        case .sqlite: .seconds(1)
        case .mysql: .seconds(2)
        }
    }
}
