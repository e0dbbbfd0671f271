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

    /// How long a change by another process may go unseen when the bell is not heard: a look is one small query, and a token that
    /// is revoked must be refused everywhere within a second.
    private static let pollInterval = Duration.milliseconds(500)

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
        let me = ClusterNode(
            id: node.id, epoch: node.cluster?.epoch ?? UUIDv7.make(),
            address: "\(environment.host):\(environment.port)", version: Version.text, startedAt: LocalState.now())
        let feed = ChangeFeed(
            store: state.store, node: me, bell: node.cluster?.bell ?? InProcessBell(), interval: pollInterval,
            log: node.log,
            take: { stored in
                let faults = configuration.take(stored).faults
                return faults.isEmpty ? nil : faults.map(\.text).joined(separator: "; ")
            })
        let refusal: StartError?
        do throws(ControlStoreError) {
            refusal = try await begin(feed, me, vault, state.store, isInCluster: node.cluster != nil)
        } catch .unavailable(let error) {
            throw environment.database.problem(error)
        } catch { throw .store(error) }
        if let refusal { throw refusal }
        return ConfigurationSources(
            configuration: configuration, vault: vault, feed: feed, serverSettings: serverSettings)
    }

    /// - Parameter isInCluster: then joining it has told whether the node's name is free.
    /// - Returns: why this node must not begin.
    private static func begin(
        _ feed: ChangeFeed, _ me: ClusterNode, _ vault: CredentialVault, _ store: ControlStore, isInCluster: Bool
    ) async throws(ControlStoreError) -> StartError? {
        guard try await vault.opens(store) else {
            return .setting(
                MasterKey.setting,
                "is not the key that the credentials in this database are sealed with; all nodes of a database need "
                    + "the same")
        }
        guard try await store.takeName(of: me, isKnownToBeAlone: isInCluster) else { return .nameTaken(me.id) }
        try await feed.follow()
        guard !isInCluster, try await store.sharesName(me) else { return nil }
        await feed.stop()
        return .nameTaken(me.id)
    }
}
