/// What a token, a user or a tier may use. `nil` means no limit, 0 means blocked.
public struct Limits: Sendable, Equatable {
    public var requestsPerMinute: Int?
    public var requestsPerDay: Int?
    public var tokensPerMinute: Int?
    public var tokensPerDay: Int?
    public var concurrentRequests: Int?
    public var perDay: USD?
    public var perMonth: USD?
    /// The IANA name of the zone whose calendar the days and months follow; `nil` is UTC. Minutes are the same everywhere.
    /// A change counts from the end of the windows that are open.
    public var zone: String?
    public var onOutage = OutageRules()

    public init() {}

    /// Whether nothing is limited.
    public var isEmpty: Bool {
        requestsPerMinute == nil && requestsPerDay == nil && tokensPerMinute == nil && tokensPerDay == nil
            && concurrentRequests == nil && perDay == nil && perMonth == nil
    }
}

/// The limits by their names in configuration, admin API and refusals.
public enum LimitKind: String, Sendable, CaseIterable {
    case requestsPerMinute = "requests_per_minute"
    case requestsPerDay = "requests_per_day"
    case tokensPerMinute = "tokens_per_minute"
    case tokensPerDay = "tokens_per_day"
    case concurrentRequests = "concurrent_requests"
    case usdPerDay = "usd_per_day"
    case usdPerMonth = "usd_per_month"

    public var isMoney: Bool { self == .usdPerDay || self == .usdPerMonth }

    var words: String {
        switch self {
        case .requestsPerMinute: "requests per minute"
        case .requestsPerDay: "requests per day"
        case .tokensPerMinute: "tokens per minute"
        case .tokensPerDay: "tokens per day"
        case .concurrentRequests: "concurrent requests"
        case .usdPerDay: "USD per day"
        case .usdPerMonth: "USD per month"
        }
    }
}
