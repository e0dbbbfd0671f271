internal import ClusterState

/// `/nodes`: who serves, and how far each has taken in what was changed.
extension AdminAPI {
    /// The cursor counts rows.
    func listNodes(_ request: AdminRequest) async throws(Problem) -> AdminAnswer {
        let limit = try request.query.limit()
        let start = try request.query.int("after") ?? 0
        guard start >= 0 else { throw Query.invalid("after", "must be what 'next' was") }
        let all: [ClusterNode]
        do throws(ControlStoreError) { all = try await nodes.all() } catch { throw Problem(error, of: "node") }
        let rows = all.dropFirst(start)
        let next = rows.count > limit ? String(start + limit) : nil
        return .list(rows.prefix(limit), next: next) { $0.write(to: &$1) }
    }

    /// Returns when every live node has taken in the change of that number. One that dies without a word is waited for until it
    /// has been silent for so long that it no longer counts.
    /// - Throws: `notApplied` after 15 seconds, naming the nodes that have not.
    func waitUntilApplied(_ version: Int) async throws(Problem) {
        let deadline = ContinuousClock.now + Self.longestWait
        while true {
            let late = try? await nodes.all().filter { $0.isLive && $0.appliedVersion < version }.map(\.id)
            if let late, late.isEmpty { return }
            guard ContinuousClock.now < deadline else { throw .notApplied(version, by: late ?? []) }
            do { try await Task.sleep(for: .milliseconds(20)) } catch { throw .notApplied(version, by: late ?? []) }
        }
    }

    private static let longestWait = Duration.seconds(15)
}

/// What `?wait=` may say.
enum WaitFor: String, CaseIterable { case applied }
