public import GatewayTypes

/// What rests, and until when. Reads are synchronous: in a cluster they read a local mirror. Times are Unix milliseconds.
public protocol CooldownStore: Sendable {
    /// When `key` may be tried again; `nil` when it may now. While a probe is under way, the time it has until it counts as
    /// lost.
    func until(_ key: CooldownKey) -> Int64?

    /// Rests `key` for as long as an upstream asked or a rule says. A longer cooldown always wins over a shorter one.
    func cool(_ key: CooldownKey, for duration: Duration, reason: CooldownReason)

    /// To be called right before a try. After a cooldown for faults exactly one caller gets `probe`; others get `resting`
    /// until it is over or lost. In a cluster the right to probe is asked for, which takes one round trip; nothing else does.
    func begin(_ key: CooldownKey) async -> BreakerPermit

    /// A fault of (provider, model): the third in a row makes it rest, as does a failed probe.
    /// - Parameter base: the first cooldown; each further one in a row doubles it, to at most 30 s (or `base` if longer).
    func fault(_ key: CooldownKey, base: Duration)

    /// An answer came: faults in a row are forgotten.
    func success(_ key: CooldownKey)

    /// The try ended in a way that says nothing of the provider: its probe is given back.
    func release(_ key: CooldownKey)

    /// What rests now, the longest last.
    func list() -> [Cooldown]

    /// Ends a cooldown, faults in a row included.
    func clear(_ key: CooldownKey)
    func clearAll()
}

/// Why something rests: a closed set, fit for metric labels.
public enum CooldownReason: String, Sendable, CaseIterable {
    case rateLimit = "rate_limit"
    case quota
    case authentication
    case faults
    case operatorAsked = "operator"
}

/// One row of `GET /admin/api/v1/cooldowns`.
public struct Cooldown: Sendable, Equatable {
    public var key: CooldownKey
    /// Unix milliseconds.
    public var until: Int64
    public var reason: CooldownReason
}

/// Whether a try may begin.
public enum BreakerPermit: Sendable, Equatable {
    case free
    /// The one try that finds out whether the provider is back.
    case probe
    /// Unix milliseconds.
    case resting(until: Int64)
}
