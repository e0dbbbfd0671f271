internal import GatewayTypes
internal import HTTPServer
internal import HTTPTypes
internal import Telemetry
internal import WireFormats

extension Exchange {
    /// Writes into the record what an answer has spent.
    func conclude(_ summary: AnswerSummary, of candidate: Candidate, status: Int) {
        let estimate = Usage(promptTokens: record.usage.promptTokens, completionTokens: summary.completionTokens)
        record.usage = (summary.usage ?? estimate).clamped()
        record.estimated = summary.usage == nil
        record.cost = candidate.model.pricing?.cost(of: record.usage)
        record.status = status
        record.droppedParameters += summary.leftOut.map { "answer.\($0)" }
        if var attempt = record.attempts.popLast() {
            attempt.promptTokens = record.usage.promptTokens
            attempt.completionTokens = record.usage.completionTokens
            attempt.cost = record.cost
            attempt.duration = elapsed - attempt.started
            record.attempts.append(attempt)
        }
        close()
    }

    /// Writes into the record that there is no answer. Nothing was spent, unless the client left while a provider was at
    /// work: what that cost is estimated by the prompt.
    func conclude(_ error: GatewayError, of candidate: Candidate?) {
        record.status = format.status(of: error)
        record.errorCode = error.code
        if case .upstream(let failure) = error, failure.kind == .cancelled, let candidate {
            record.usage = Usage(promptTokens: record.usage.promptTokens)
            record.cost = candidate.model.pricing?.cost(of: record.usage)
            record.estimated = true
        } else {
            record.usage = Usage()
            record.cost = .zero
        }
        close()
    }

    /// The names are the caller's and the provider's words: what cannot stand in a list in a header is told as `?`.
    private static func list(_ names: [String]) -> String {
        names.map { name in
            name.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: ",") } ? name : "?"
        }.joined(separator: ",")
    }

    private func close() {
        record.duration = elapsed
        record.gateway = max(.zero, record.duration - waited)
    }

    /// The headers of every answer to a model request.
    func answerHeaders(type: String) -> HTTPHeaders {
        var headers = HTTPHeaders()
        headers.reserve(fields: 16, bytes: 640)
        headers.append("content-type", type)
        headers.append("x-request-id", requestID)
        if format.headers == .anthropic { headers.append("request-id", requestID) }
        headers.append("x-switchyard-node", record.node)
        guard isAdmitted else { return headers }
        if record.stream {
            headers.append("cache-control", "no-cache")
            headers.append("x-accel-buffering", "no")
        }
        if let provider = record.provider { headers.append("x-switchyard-provider", provider) }
        if let model = record.model, HTTPHeaders.isSafe(model) { headers.append("x-switchyard-model", model) }
        if HTTPHeaders.isSafe(record.route) { headers.append("x-switchyard-route", record.route) }
        headers.append("x-switchyard-attempts", record.attempts.count)
        headers.append("x-switchyard-cache", "off")
        if isEstimate { headers.append("x-switchyard-estimated", "true") }
        if !record.droppedParameters.isEmpty {
            headers.append("x-switchyard-dropped-params", Self.list(record.droppedParameters))
        }
        let (all, waited) = (elapsed.microseconds, waited.microseconds)
        headers.append("server-timing") { value in
            value.append(contentsOf: "gateway;dur=".utf8)
            value.append(thousandths: all - waited)
            value.append(contentsOf: ", upstream;dur=".utf8)
            value.append(thousandths: waited)
        }
        rates?.append(to: &headers, as: format.headers, now: WallClock.now())
        return headers
    }
}

extension [UInt8] {
    /// Appends `count` / 1000 with three decimals: milliseconds of microseconds, as `server-timing` has them, or seconds of
    /// milliseconds, as rate limits have them.
    mutating func append(thousandths count: Int) {
        var rest = Swift.max(0, count)
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 24) { digits in
            var start = 24
            repeat {
                start -= 1
                digits[start] = 0x30 + UInt8(truncatingIfNeeded: rest % 10)
                rest /= 10
                if start == 21 {
                    start = 20
                    digits[start] = UInt8(ascii: ".")
                }
            } while rest > 0 || start > 19
            append(contentsOf: UnsafeBufferPointer(rebasing: digits[start...]))
        }
    }
}

extension Reply {
    /// The error in the caller's dialect.
    consuming func send(_ error: GatewayError, _ exchange: Exchange) {
        var headers = exchange.answerHeaders(type: "application/json")
        if let wait = error.retryAfter {
            let seconds = wait.components.seconds + (wait.components.attoseconds > 0 ? 1 : 0)
            headers.append("retry-after", String(max(1, seconds)))
        }
        if let retry = error.shouldRetry { headers.append("x-should-retry", retry ? "true" : "false") }
        if case .methodNotAllowed(let allowed) = error { headers.append("allow", allowed) }
        if case .unauthorized = error { headers.append("www-authenticate", "Bearer") }
        send(
            status: exchange.format.status(of: error), headers: headers,
            body: exchange.format.errorBody(error, requestID: exchange.requestID))
    }
}
