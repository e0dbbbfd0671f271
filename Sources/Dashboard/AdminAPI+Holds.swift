internal import ClusterState
internal import GatewayTypes
internal import JSON

/// `/holds`: what is admitted and not settled yet, oldest first.
extension AdminAPI {
    func listHolds(_ request: AdminRequest) async throws(Problem) -> AdminAnswer {
        let limit = try request.query.limit()
        let after = request.query["after"] ?? ""
        // Ids sort by time, so a page's last one is where the next goes on, whatever was settled meanwhile.
        let rest = await limits.openHolds().filter { $0.id > after }.sorted { $0.id < $1.id }
        let next = rest.count > limit ? rest[limit - 1].id : nil
        return .list(rest.prefix(limit), next: next) { $0.write(to: &$1) }
    }
}

extension OpenHold {
    fileprivate func write(to json: inout JSONWriter) {
        json.member("id", id)
        json.member("request_id", requestID)
        json.member("since", time: since)
        json.member("node", node)
        json.member("user", username)
        json.member("token", orNull: tokenID)
        json.member("endpoint", endpoint)
        json.member("route", route)
        json.member("reserved_tokens", reserved.tokens)
        json.member("reserved_usd", money: reserved.cost)
    }
}
