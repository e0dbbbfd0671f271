internal import GatewayTypes

/// What the `x-ratelimit-*` headers of an answer say: the tightest limit the request counts against.
public struct RateStatus: Sendable, Equatable {
    public struct Rate: Sendable, Equatable {
        public var limit: Int
        /// After this request and its reservation.
        public var remaining: Int
        /// Until the window ends.
        public var reset: Duration

        public init(limit: Int, remaining: Int, reset: Duration) {
            self.limit = limit
            self.remaining = remaining
            self.reset = reset
        }
    }

    public var requests: Rate?
    public var tokens: Rate?

    public init(requests: Rate? = nil, tokens: Rate? = nil) {
        self.requests = requests
        self.tokens = tokens
    }
}

extension RateStatus {
    /// Takes in one owner's limits; the smaller remainder wins.
    mutating func narrow(by limits: Limits, _ counter: LimitCounter, at time: Int64) {
        func tighter(_ now: Rate?, _ limit: Int?, used: Int, until end: Int64) -> Rate? {
            guard let limit else { return now }
            let remaining = max(0, limit - used)
            if let now, now.remaining <= remaining { return now }
            return Rate(limit: limit, remaining: remaining, reset: .milliseconds(max(0, end - time)))
        }
        let (minute, day) = (counter.minute, counter.day)
        requests = tighter(requests, limits.requestsPerMinute, used: minute.requests, until: minute.span.end)
        requests = tighter(requests, limits.requestsPerDay, used: day.requests, until: day.span.end)
        tokens = tighter(tokens, limits.tokensPerMinute, used: minute.tokens, until: minute.span.end)
        tokens = tighter(tokens, limits.tokensPerDay, used: day.tokens, until: day.span.end)
    }
}
