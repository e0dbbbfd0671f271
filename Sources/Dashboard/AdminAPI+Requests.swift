internal import ClusterState
internal import GatewayTypes

/// `/requests`: the ledger, newest first.
extension AdminAPI {
    func listRequests(_ request: AdminRequest) async throws(Problem) -> AdminAnswer {
        let limit = try request.query.limit()
        let filter = try filter(request)
        do throws(ControlStoreError) {
            let page = try await ledger.requests(filter, limit: limit, after: request.query["after"])
            return .list(page.rows, next: page.next) { $0.write(to: &$1) }
        } catch { throw Problem(error, of: "request") }
    }

    func showRequest(_ request: AdminRequest) async throws(Problem) -> AdminAnswer {
        var filter = RequestFilter()
        filter.id = request.names[0]
        filter.user = try ownOrAsked(request)
        do throws(ControlStoreError) {
            guard let row = try await ledger.requests(filter, limit: 1).rows.first else {
                throw ControlStoreError.notFound
            }
            return .row { row.write(to: &$0) }
        } catch { throw Problem(error, of: "request") }
    }

    /// Which rows a query asks for, and the caller may see.
    func filter(_ request: AdminRequest) throws(Problem) -> RequestFilter {
        let query = request.query
        var filter = RequestFilter()
        filter.id = query["id"]
        filter.user = try ownOrAsked(request)
        filter.token = query["token"]
        filter.provider = query["provider"]
        filter.model = query["model"]
        filter.route = query["route"]
        filter.status = try query.int("status")
        filter.from = try query.time("from")
        filter.to = try query.time("to")
        return filter
    }
}
