internal import ClusterState
internal import GatewayTypes
internal import JSON

/// `/usage`: sums of the ledger's rows.
extension AdminAPI {
    /// By time in order of time, else the most requests first. The cursor counts rows.
    func listUsage(_ request: AdminRequest) async throws(Problem) -> AdminAnswer {
        let limit = try request.query.limit(default: Query.mostRows)
        let start = try request.query.int("after") ?? 0
        guard start >= 0 else { throw Query.invalid("after", "must be what 'next' was") }
        let grouping: UsageGrouping = try request.query.choice("group_by") ?? .time
        let interval: UsageInterval = try request.query.choice("interval") ?? .hour
        let filter = try filter(request)
        do throws(ControlStoreError) {
            let sums = try await ledger.usage(by: grouping, interval: interval, filter).dropFirst(start)
            let next = sums.count > limit ? String(start + limit) : nil
            return .list(sums.prefix(limit), next: next) { $0.write(to: &$1, by: grouping) }
        } catch { throw Problem(error, of: "request") }
    }
}

extension UsageSum {
    /// The members of a row of `/usage`: first what it is the sum of, under the name of the grouping.
    fileprivate func write(to json: inout JSONWriter, by grouping: UsageGrouping) {
        if grouping == .time {
            json.member("time", time: time)
        } else {
            json.member(grouping.rawValue, orNull: group)
        }
        json.member("requests", requests)
        json.member("errors", errors)
        json.member("prompt_tokens", promptTokens)
        json.member("completion_tokens", completionTokens)
        json.member("cached_tokens", cachedTokens)
        json.member("reasoning_tokens", reasoningTokens)
        json.member("cost_usd", money: cost)
        json.member("unpriced", unpriced)
        json.member("estimated", estimated)
    }
}
