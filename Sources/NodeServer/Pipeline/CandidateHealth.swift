internal import ClusterState
internal import GatewayTypes
internal import Telemetry

/// What attempts teach about candidates, and what is known of them before one: the bridge between failures and cooldowns.
struct CandidateHealth: Sendable {
    let store: any CooldownStore

    /// How long `key` still rests.
    func rest(_ key: CooldownKey) -> Duration? {
        store.until(key).map { .milliseconds(max(1, $0 - Int64(WallClock.now()))) }
    }

    /// Where the first candidate from `position` on is that may be tried now. To be asked right before an attempt: a
    /// candidate is passed over when it is another request's turn to find out whether the provider is back.
    func firstOpen(_ candidates: [Candidate], from position: Int) async -> Int? {
        for index in position..<candidates.count {
            switch await store.begin(candidates[index].cooldownKey(.providerModel)) {
            case .free, .probe: return index
            case .resting: continue
            }
        }
        return nil
    }

    func succeeded(_ candidate: Candidate) { store.success(candidate.cooldownKey(.providerModel)) }

    func failed(_ candidate: Candidate, _ failure: UpstreamFailure) {
        let breaker = candidate.cooldownKey(.providerModel)
        let usual = candidate.settings.defaultErrorCooldown ?? .seconds(10)
        guard let scope = failure.kind.cools else { return store.release(breaker) }
        switch scope {
        case .providerModel:
            store.fault(breaker, base: usual)
            // An overloaded provider that names a time is believed at once.
            if let wait = failure.retryAfter { store.cool(breaker, for: wait, reason: .faults) }
        case .credentialModel, .credential:
            store.release(breaker)
            store.cool(
                candidate.cooldownKey(scope), for: failure.retryAfter ?? usual, reason: failure.kind.cooldownReason
            )
        }
    }
}

extension UpstreamFailure.Kind {
    fileprivate var cooldownReason: CooldownReason {
        switch self {
        case .rateLimit: .rateLimit
        case .quota: .quota
        case .authentication, .permission: .authentication
        case .forbiddenRequest, .overloaded, .contextLength, .contentFilter, .badRequest, .notFound, .tooLarge,
            .unsupported, .server, .network, .timeout, .badAnswer, .cancelled:
            .faults
        }
    }
}
