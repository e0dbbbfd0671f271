internal import ClusterState
internal import GatewayTypes
internal import HTTPServer
internal import HTTPTypes
internal import Providers
internal import WireFormats

extension RequestPipeline {
    /// How often a stream's progress is noted, for the row of a node that dies.
    private static let checkpointInterval = Duration.seconds(2)

    /// Gives the caller what the attempts came to, and writes into the record what was spent.
    func send(
        _ outcome: Outcome, _ hold: inout Hold, _ reply: consuming Reply, _ exchange: Exchange
    ) async {
        switch outcome {
        case .failure(let error, let candidate):
            exchange.conclude(error, of: candidate)
            reply.send(error, exchange)
        case .answer(let answer, let candidate):
            if let type = answer.contentType { exchange.contentType = type }
            if answer.isStream {
                await stream(answer, from: candidate, &hold, reply, exchange)
            } else {
                exchange.conclude(answer.summary, of: candidate, status: 200)
                reply.send(
                    status: 200, headers: exchange.answerHeaders(type: exchange.contentType), body: answer.whole())
            }
        }
    }

    /// After the first byte errors travel in the stream, and the connection then breaks, so that nobody takes half an
    /// answer for a whole one.
    private func stream(
        _ answer: UpstreamAnswer, from candidate: Candidate, _ hold: inout Hold, _ reply: consuming Reply,
        _ exchange: Exchange
    ) async {
        var answer = answer
        exchange.record.firstToken = exchange.elapsed
        var stream = reply.stream(
            status: 200, headers: exchange.answerHeaders(type: exchange.contentType))
        let interval = exchange.snapshot.configuration.server.keepAliveInterval
        if interval > .zero, answer.hasRecords, let sign = exchange.format.keepAlive {
            stream.fillSilence(of: interval, with: sign)
        }
        let began = exchange.elapsed
        do throws(StreamEnd) {
            while try await !forward(&answer, to: &stream) {
                hold.checkpoint(answer.summary, of: candidate, prompt: exchange.record.usage.promptTokens)
            }
            exchange.waited += exchange.elapsed - began
            exchange.conclude(answer.summary, of: candidate, status: 200)
            stream.finish()
        } catch {
            exchange.waited += exchange.elapsed - began
            switch error {
            case .clientLeft:
                exchange.conclude(answer.summary, of: candidate, status: 499)
                exchange.record.errorCode = "client_closed_request"
                stream.abort()
            case .failed(let failure):
                node.cooldowns.failed(candidate, failure)
                exchange.conclude(answer.summary, of: candidate, status: 200)
                let error = GatewayError.upstream(failure)
                exchange.record.errorCode = error.code
                let ready = answer.pending()
                let told =
                    !answer.hasRecords
                    ? []
                    : answer.streamError(error, requestID: exchange.requestID)
                        ?? exchange.format.streamError(error, requestID: exchange.requestID)
                stream.abort(after: ready + told)
            }
        }
    }

    private enum StreamEnd: Error {
        case clientLeft
        case failed(UpstreamFailure)
    }

    /// Passes on what comes until a checkpoint is due.
    /// - Returns: whether the answer has ended.
    private func forward(
        _ answer: inout UpstreamAnswer, to stream: inout ReplyStream
    ) async throws(StreamEnd) -> Bool {
        let due = ContinuousClock.now + Self.checkpointInterval
        let pieces = stream.pieces
        repeat {
            let hasEnded: Bool
            do throws(UpstreamFailure) {
                hasEnded = try await answer.forward { pieces.write($0) && ContinuousClock.now < due }
            } catch { throw error.kind == .cancelled ? .clientLeft : .failed(error) }
            do throws(ClientGone) { try await stream.waitForRoom() } catch { throw .clientLeft }
            if hasEnded { return true }
        } while ContinuousClock.now < due
        return false
    }

    /// A refusal before admission: nothing is owed, nothing is recorded but a count.
    func refuse(_ error: GatewayError, _ reply: consuming Reply, _ exchange: Exchange) {
        node.refused(error, exchange)
        reply.send(error, exchange)
    }
}

extension Hold {
    fileprivate mutating func checkpoint(_ summary: AnswerSummary, of candidate: Candidate, prompt: Int) {
        let usage = summary.usage ?? Usage(promptTokens: prompt, completionTokens: summary.completionTokens)
        checkpoint(
            provider: candidate.provider.id, model: candidate.model.name, completionTokens: usage.completionTokens,
            cost: candidate.model.pricing?.cost(soFar: usage))
    }
}
