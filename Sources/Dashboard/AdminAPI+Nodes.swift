internal import ClusterState

/// `/nodes`: who serves, and how far each has taken in what was changed.
extension AdminAPI {
    /// The cursor counts rows.
    func listNodes(_ request: AdminRequest) async throws(Problem) -> AdminAnswer {
        let limit = try request.query.limit()
        let start = try request.query.int("after") ?? 0
        guard start >= 0 else { throw Query.invalid("after", "must be what 'next' was") }
        let rows = try await nodes().dropFirst(start)
        let next = rows.count > limit ? String(start + limit) : nil
        let now = store.time
        return .list(rows.prefix(limit), next: next) { $0.write(to: &$1, at: now) }
    }

    private func nodes() async throws(Problem) -> [ClusterNode] {
        do throws(ControlStoreError) { return try await store.nodes() } catch { throw Problem(error, of: "node") }
    }

    /// Returns when every node that is live now has taken in the change of that number, or has ended. A node that falls silent
    /// meanwhile may still serve what was before, so it is waited for.
    /// - Throws: `notApplied` after 15 seconds, naming the nodes that have not.
    func waitUntilApplied(_ version: Int) async throws(Problem) {
        let (deadline, begin) = (ContinuousClock.now + Self.longestWait, store.time)
        while true {
            let nodes = try? await store.nodes()
            let late = nodes?.filter { $0.isLive(at: begin) && $0.appliedVersion < version }.map(\.id)
            if let late, late.isEmpty { return }
            guard ContinuousClock.now < deadline else { throw .notApplied(version, by: late ?? []) }
            do { try await Task.sleep(for: .milliseconds(50)) } catch { throw .notApplied(version, by: late ?? []) }
        }
    }

    private static let longestWait = Duration.seconds(15)
}

/// What `?wait=` may say.
enum WaitFor: String, CaseIterable { case applied }
