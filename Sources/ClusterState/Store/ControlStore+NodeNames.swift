internal import SQLDatabase

/// No two live nodes may have one name: records and headers name nodes by it.
extension ControlStore {
    /// Forgets earlier runs of the node: nobody need wait for what died without a word. Without Redis, which knows of a node's
    /// death by itself, a run that was heard of lately is watched for longer than heartbeats are apart.
    /// - Parameter isKnownToBeAlone: whether it is certain that no other node of this name lives.
    /// - Returns: false when another node of this name lives.
    public func takeName(
        of node: ClusterNode, isKnownToBeAlone: Bool,
        watching watch: Duration = .milliseconds(ClusterNode.heartbeat + 1000)
    ) async throws(ControlStoreError) -> Bool {
        let before = try await runs(of: node)
        if !isKnownToBeAlone, before.contains(where: { isRival($0, of: node) }) {
            let end = ContinuousClock.now + watch
            while ContinuousClock.now < end {
                try? await Task.sleep(for: .milliseconds(100))
                let now = try await runs(of: node)
                for run in now where before.first(where: { $0.epoch == run.epoch })?.lastSeen != run.lastSeen {
                    return false
                }
            }
        }
        for run in before { try await forget(run) }
        return true
    }

    /// Whether a node that started at the same moment took the name as well: ask when this one has said that it is there. At
    /// least one of two finds out.
    public func sharesName(_ node: ClusterNode) async throws(ControlStoreError) -> Bool {
        try await runs(of: node).contains { isRival($0, of: node) }
    }

    private func runs(of node: ClusterNode) async throws(ControlStoreError) -> [ClusterNode] {
        try await nodes().filter { $0.id == node.id && $0.epoch != node.epoch }
    }

    /// Nodes of one SQLite file are on one machine, where nobody else can be at this node's address.
    private func isRival(_ run: ClusterNode, of node: ClusterNode) -> Bool {
        run.isLive && (database.dialect == .mysql || run.address != node.address)
    }
}
