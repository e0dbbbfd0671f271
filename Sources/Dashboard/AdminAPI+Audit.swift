internal import ClusterState

/// `/audit`: every change, newest first, with who made it, from where, and what was before and is after.
extension AdminAPI {
    func listAudit(_ request: AdminRequest) async throws(Problem) -> AdminAnswer {
        let query = request.query
        let limit = try query.limit()
        var filter = ChangeFilter()
        filter.actor = query["actor"]
        filter.kind = try query.choice("kind")
        filter.action = try query.choice("action")
        filter.object = query["object"]
        filter.from = try query.time("from")
        filter.to = try query.time("to")
        let before = try query.int("after")
        do throws(ControlStoreError) {
            let page = try await store.changes(filter, limit: limit, before: before)
            return .list(page.rows, next: page.next) { $0.write(to: &$1) }
        } catch { throw Problem(error, of: "change") }
    }
}
