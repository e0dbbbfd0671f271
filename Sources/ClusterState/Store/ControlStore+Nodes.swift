internal import SQLDatabase

extension ControlStore {
    /// Every node seen within the last hour, in order of id.
    public func nodes() async throws(ControlStoreError) -> [ClusterNode] {
        try await read { connection throws(SQLError) in
            var nodes: [ClusterNode] = []
            try connection.each("SELECT * FROM nodes ORDER BY id, started") { row throws(SQLError) in
                nodes.append(try ClusterNode(row))
            }
            return nodes
        }
    }

    /// Says that the node is there, and forgets those that have not said so for an hour.
    func heartbeat(_ node: ClusterNode) async throws(ControlStoreError) {
        let time = now()
        try await ControlStoreError.wrapping { () async throws(SQLError) in
            try await database.write { connection throws(SQLError) in
                let upsert = connection.dialect.insert(
                    into: "nodes",
                    [
                        "epoch", "id", "address", "version", "started", "last_seen", "applied_version", "problem",
                    ], onCollision: .updates(key: ["epoch"]))
                try connection.execute(
                    upsert, .text(node.epoch), .text(node.id), .text(node.address), .text(node.version),
                    .integer(node.startedAt), .integer(time), SQLValue(node.appliedVersion),
                    SQLValue(node.problem.map { String($0.prefix(500)) }))
                try connection.execute("DELETE FROM nodes WHERE last_seen < ?", .integer(time - 3_600_000))
            }
        }
    }

    /// The node's run is over.
    func forget(_ node: ClusterNode) async throws(ControlStoreError) {
        _ = try await ControlStoreError.wrapping { () async throws(SQLError) in
            try await database.write { connection throws(SQLError) in
                try connection.execute("DELETE FROM nodes WHERE epoch = ?", .text(node.epoch))
            }
        }
    }

    /// A node has started again: nobody need wait for its earlier run, which may have died without a word.
    func forgetEarlierRuns(of node: ClusterNode) async throws(ControlStoreError) {
        _ = try await ControlStoreError.wrapping { () async throws(SQLError) in
            try await database.write { connection throws(SQLError) in
                try connection.execute(
                    "DELETE FROM nodes WHERE id = ? AND epoch <> ?", .text(node.id), .text(node.epoch))
            }
        }
    }
}
