internal import JSON

/// What the typed details of a Google error say (google.rpc `ErrorInfo`, `RetryInfo`, `QuotaFailure`, `BadRequest`).
struct GeminiErrorDetails {
    private(set) var reason: String?
    private(set) var field: String?
    private(set) var retryAfter: Duration?
    /// What is used up does not come back within minutes. A quota counted by the minute is a rate limit.
    private(set) var isQuota = false

    init(_ details: JSONValue?, message: String) {
        var quotas: [String] = []
        for detail in details?.elements.map({ $0 }) ?? [] {
            if let reason = detail["reason"]?.string { self.reason = reason }
            if let delay = detail["retryDelay"]?.string { retryAfter = RetryHint.duration(delay[...]) }
            if let name = detail["fieldViolations"]?[0]?["field"]?.string { field = name }
            for violation in detail["violations"]?.elements.map({ $0 }) ?? [] {
                if let quota = (violation["quotaId"] ?? violation["quotaMetric"])?.string { quotas.append(quota) }
            }
        }
        if retryAfter == nil { retryAfter = RetryHint.delay(in: message) }
        isQuota = Self.isQuota(quotas, message: message, hasWait: retryAfter != nil)
    }

    private static func isQuota(_ quotas: [String], message: String, hasWait: Bool) -> Bool {
        let words = ["prepayment credits", "spending cap", "spend cap", "credits are depleted"]
        if words.contains(where: message.mentions) { return true }
        // An allowance of nothing: this account may not use the model at all.
        if message.contains("limit: 0,") || message.contains("limit: 0\n") || message.hasSuffix("limit: 0") {
            return true
        }
        if quotas.contains(where: { $0.contains("PerDay") || $0.contains("PerMonth") }) { return true }
        if quotas.contains(where: { $0.contains("PerMinute") || $0.contains("PerSecond") }) { return false }
        return message.mentions("exceeded your current quota") && !hasWait
    }
}
