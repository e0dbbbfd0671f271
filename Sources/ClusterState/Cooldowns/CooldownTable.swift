internal import GatewayTypes

/// Every cooldown and breaker of this process: a pure value, with times in Unix milliseconds.
struct CooldownTable: Sendable {
    private struct Rest: Sendable {
        var until: Int64
        var reason: CooldownReason
    }

    private var rests: [CooldownKey: Rest] = [:]
    private var breakers: [CooldownKey: Breaker] = [:]
    private var pruneAbove = 64

    var count: Int { rests.count + breakers.count }

    func until(_ key: CooldownKey, at now: Int64) -> Int64? {
        let rest = rests[key].flatMap { $0.until > now ? $0.until : nil }
        guard let breaker = breakers[key]?.until(at: now) else { return rest }
        return max(breaker, rest ?? breaker)
    }

    mutating func cool(_ key: CooldownKey, until: Int64, reason: CooldownReason) {
        if let known = rests[key], known.until >= until { return }
        rests[key] = Rest(until: until, reason: reason)
    }

    mutating func begin(_ key: CooldownKey, at now: Int64) -> BreakerPermit {
        if let rest = rests[key], rest.until > now { return .resting(until: until(key, at: now) ?? rest.until) }
        return breakers[key]?.begin(at: now) ?? .free
    }

    mutating func fault(_ key: CooldownKey, at now: Int64, base: Int64) {
        breakers[key, default: Breaker()].fault(at: now, base: base)
    }

    mutating func success(_ key: CooldownKey, at now: Int64) {
        breakers[key]?.success(at: now)
        if breakers[key]?.isFresh == true { breakers[key] = nil }
    }

    mutating func release(_ key: CooldownKey) { breakers[key]?.release() }

    mutating func clear(_ key: CooldownKey) {
        rests[key] = nil
        breakers[key] = nil
    }

    func list(at now: Int64) -> [Cooldown] {
        Set(rests.keys).union(breakers.keys).compactMap { key -> Cooldown? in
            guard let until = until(key, at: now) else { return nil }
            let rest = rests[key].flatMap { $0.until == until ? $0.reason : nil }
            return Cooldown(key: key, until: until, reason: rest ?? .faults)
        }.sorted { $0.until < $1.until }
    }

    /// Forgets rests that are over: all of them when that is cheap, else when their number has doubled.
    mutating func prune(at now: Int64) {
        guard rests.count <= 8 || rests.count > pruneAbove else { return }
        if rests.contains(where: { $0.value.until <= now }) { rests = rests.filter { $0.value.until > now } }
        pruneAbove = max(64, rests.count * 2)
    }
}
