/// Which nodes there are: the store's rows of them. A node lives as long as the store or Redis hears of it, so an outage of one
/// of them makes nobody look dead.
public struct NodeList: Sendable {
    private let store: ControlStore
    private let cluster: Cluster?

    /// - Parameter cluster: `nil` on a node without Redis.
    public init(store: ControlStore, cluster: Cluster?) {
        self.store = store
        self.cluster = cluster
    }

    /// Every node seen within the last hour, in order of id.
    public func all() async throws(ControlStoreError) -> [ClusterNode] {
        var nodes = try await store.nodes()
        guard let heard = await cluster?.silences() else { return nodes }
        for index in nodes.indices {
            if let silence = heard[nodes[index].epoch] { nodes[index].heard(silence) }
        }
        return nodes
    }
}
