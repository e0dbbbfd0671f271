import GatewayTypes
import Routing
import Testing

@Suite("FailoverRule")
struct FailoverRuleTests {
    private static func action(
        _ failure: UpstreamFailure, _ strategy: RotationConfiguration.Strategy = .weighted, isFirstTry: Bool = true,
        hasNext: Bool = true
    ) -> FailoverRule.Action {
        FailoverRule.action(
            after: failure, strategy: strategy, settings: .builtIn, isFirstTry: isFirstTry, hasNext: hasNext, jitter: 0)
    }

    @Test(
        "A fault of the request goes back to the caller, everything else to the next candidate",
        arguments: UpstreamFailure.Kind.allCases)
    func byKind(kind: UpstreamFailure.Kind) {
        let failure = UpstreamFailure(kind, message: "")
        let faultsOfTheRequest: Set<UpstreamFailure.Kind> = [
            .forbiddenRequest, .contextLength, .contentFilter, .badRequest, .tooLarge, .cancelled,
        ]
        #expect(Self.action(failure) == (faultsOfTheRequest.contains(kind) ? .giveUp : .nextCandidate))
        #expect(Self.action(failure, hasNext: false) == .giveUp)
    }

    @Test("In priority order a passing fault is tried once more on the same candidate", arguments: [500, 502, 503])
    func sameCandidate(status: Int) {
        let failure = UpstreamFailure(.server, status: status, message: "")
        #expect(Self.action(failure, .priority) == .sameCandidate(after: .milliseconds(50)))
        #expect(Self.action(failure, .priority, isFirstTry: false) == .nextCandidate)
        #expect(Self.action(failure, .priority, isFirstTry: false, hasNext: false) == .giveUp)
    }

    @Test("A short rate limit is waited for in priority order, a long one is not")
    func rateLimit() {
        var failure = UpstreamFailure(.rateLimit, status: 429, message: "", retryAfter: .seconds(2))
        #expect(Self.action(failure, .priority) == .sameCandidate(after: .seconds(2)))
        failure.retryAfter = .seconds(4)
        #expect(Self.action(failure, .priority) == .nextCandidate)
        failure.retryAfter = nil
        #expect(Self.action(failure, .priority) == .nextCandidate)
    }

    @Test("Silence is never tried again on the same candidate")
    func silence() {
        #expect(Self.action(UpstreamFailure(.timeout, message: ""), .priority, hasNext: false) == .giveUp)
    }
}
