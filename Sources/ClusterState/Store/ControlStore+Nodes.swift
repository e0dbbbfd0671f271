internal import SQLDatabase

extension ControlStore {
    /// Every node seen within the last hour, in order of id.
    func nodes() async throws(ControlStoreError) -> [ClusterNode] {
        try await read { connection throws(SQLError) in
            let sql = "SELECT nodes.*, \(connection.dialect.now) - last_seen AS silence FROM nodes ORDER BY id, started"
            var nodes: [ClusterNode] = []
            try connection.each(sql) { row throws(SQLError) in nodes.append(try ClusterNode(row)) }
            return nodes
        }
    }

    /// Says that the node is there, and forgets those that have not said so for an hour.
    func heartbeat(_ node: ClusterNode) async throws(ControlStoreError) {
        try await writeNodes { connection throws(SQLError) in
            let upsert = connection.dialect.insert(
                into: "nodes",
                ["epoch", "id", "address", "version", "started", "last_seen", "applied_version", "problem"],
                onCollision: .updates(key: ["epoch"]))
            let now = try connection.query("SELECT \(connection.dialect.now) AS now").first?.int("now") ?? 0
            try connection.execute(
                upsert, .text(node.epoch), .text(node.id), .text(node.address), .text(node.version),
                .integer(node.startedAt), SQLValue(now), SQLValue(node.appliedVersion),
                SQLValue(node.problem.map { String($0.prefix(500)) }))
            try connection.execute("DELETE FROM nodes WHERE last_seen < ?", SQLValue(now - 3_600_000))
        }
    }

    /// The node's run is over.
    func forget(_ node: ClusterNode) async throws(ControlStoreError) {
        try await writeNodes { connection throws(SQLError) in
            try connection.execute("DELETE FROM nodes WHERE epoch = ?", .text(node.epoch))
        }
    }

    private func writeNodes(
        _ body: @Sendable (SQLConnection) throws(SQLError) -> Void
    ) async throws(ControlStoreError) {
        try await ControlStoreError.wrapping { () async throws(SQLError) in try await database.write(body) }
    }
}
