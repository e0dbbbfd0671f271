internal import ClusterState
internal import EventLoop
internal import GatewayTypes
internal import HTTPServer
internal import HTTPTypes
internal import Providers
internal import Routing
internal import WireFormats

extension RequestPipeline {
    /// What the attempts came to.
    enum Outcome: Sendable {
        case answer(UpstreamAnswer, from: Candidate)
        /// `candidate` is the last one that was tried.
        case failure(GatewayError, candidate: Candidate?)
    }

    /// Attempts until the first token: which failure is tried again, and where, is `FailoverRule`'s table. The first real
    /// error is the one that is told. A candidate that cannot be asked costs no attempt, and is told of where no other was.
    func call(_ asked: ClientRequest, on route: Route, _ exchange: Exchange) async -> Outcome {
        let outgoing = OutgoingRequest(
            asked, in: exchange.endpoint.dialect, hops: exchange.hops, id: exchange.record.id,
            created: Int(exchange.record.time / 1000))
        var firstFailure: UpstreamFailure?
        var position = 0
        var isFirstTry = true
        let most =
            exchange.request.headers["x-stainless-retry-count"].flatMap { Int($0) } ?? 0 > 0
            ? min(2, route.maxAttempts) : route.maxAttempts
        var attempts = 0
        while attempts < max(1, most) {
            // Another request may have begun to find out whether a provider is back: exactly one does.
            let open = await node.cooldowns.firstOpen(route.candidates, from: position)
            upstreams.loop.checkIsolated()
            guard let open else {
                return .failure(
                    firstFailure.map { .upstream($0) } ?? .noCandidate(retryAfter: .seconds(1)), candidate: nil)
            }
            position = open
            let candidate = route.candidates[position]
            let failure: UpstreamFailure
            do throws(UpstreamFailure) {
                let answer = try await self.attempt(candidate, outgoing, exchange)
                node.cooldowns.succeeded(candidate)
                return .answer(answer, from: candidate)
            } catch { failure = error }
            node.attemptFailed(candidate, failure, exchange)
            node.cooldowns.failed(candidate, failure)
            if failure.kind == .cancelled || Task.isCancelled {
                return .failure(
                    .upstream(UpstreamFailure(.cancelled, message: "The client left.")), candidate: candidate)
            }
            if failure.kind != .unsupported {
                attempts += 1
                if firstFailure?.kind == .unsupported { firstFailure = nil }
            }
            firstFailure = firstFailure ?? failure
            let hasNext = position + 1 < route.candidates.count && attempts < max(1, most)
            let action = FailoverRule.action(
                after: failure, strategy: route.strategy, settings: candidate.settings, isFirstTry: isFirstTry,
                hasNext: hasNext, jitter: .random(in: 0...1))
            switch action {
            case .nextCandidate:
                position += 1
                isFirstTry = true
            case .sameCandidate(let wait):
                isFirstTry = false
                do throws(CancellationError) { try await upstreams.loop.sleep(for: wait) } catch {
                    return .failure(
                        .upstream(UpstreamFailure(.cancelled, message: "The client left.")), candidate: candidate)
                }
            case .giveUp:
                let told = failure.kind.triesNextCandidate ? firstFailure ?? failure : failure
                return .failure(.upstream(told), candidate: candidate)
            }
        }
        return .failure(
            .upstream(firstFailure ?? UpstreamFailure(.server, message: "No attempt was made.")), candidate: nil)
    }

    private func attempt(
        _ candidate: Candidate, _ outgoing: OutgoingRequest, _ exchange: Exchange
    ) async throws(UpstreamFailure) -> UpstreamAnswer {
        let began = exchange.elapsed
        var record = AttemptRecord(
            provider: candidate.provider.id, credential: candidate.credential.id, model: candidate.model.name,
            started: began)
        defer {
            record.duration = exchange.elapsed - began
            exchange.waited += record.duration
            exchange.record.attempts.append(record)
            exchange.record.provider = candidate.provider.id
            exchange.record.model = candidate.model.name
        }
        do throws(UpstreamFailure) {
            let answer = try await upstreams.attempt(candidate, outgoing)
            record.status = 200
            record.firstByte = exchange.elapsed - began
            exchange.record.droppedParameters = answer.dropped
            exchange.isEstimate = answer.isEstimate
            return answer
        } catch {
            record.status = error.status
            record.errorCode = error.kind.rawValue
            throw error
        }
    }
}
