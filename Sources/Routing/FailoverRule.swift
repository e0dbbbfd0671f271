public import GatewayTypes

/// What follows a failed attempt: the table of what may be retried. Pure.
public enum FailoverRule {
    public enum Action: Sendable, Equatable {
        /// The next candidate, if there is one.
        case nextCandidate
        /// The same candidate once more after this wait.
        case sameCandidate(after: Duration)
        /// The caller gets the error.
        case giveUp
    }

    /// - Parameters:
    ///   - isFirstTry: whether this candidate was tried for the first time.
    ///   - hasNext: whether another candidate is left.
    ///   - jitter: 0 to 1, the request's share of chance for the pause.
    public static func action(
        after failure: UpstreamFailure, strategy: RotationConfiguration.Strategy, settings: RouteSettings,
        isFirstTry: Bool, hasNext: Bool, jitter: Double
    ) -> Action {
        guard failure.kind.triesNextCandidate else { return .giveUp }
        guard strategy == .priority, isFirstTry else { return hasNext ? .nextCandidate : .giveUp }
        switch failure.kind {
        case .server where [500, 502, 503].contains(failure.status), .overloaded,
            .network where failure.code == UpstreamFailure.resetBeforeAnswer:
            return .sameCandidate(after: .milliseconds(50 + Int(jitter * 200)))
        case .rateLimit:
            guard let wait = failure.retryAfter, wait <= settings.maxRetryWait ?? .zero else { break }
            return .sameCandidate(after: wait)
        case .server, .network, .authentication, .permission, .forbiddenRequest, .quota, .contextLength,
            .contentFilter, .badRequest, .notFound, .tooLarge, .unsupported, .timeout, .badAnswer, .cancelled:
            break
        }
        return hasNext ? .nextCandidate : .giveUp
    }
}
