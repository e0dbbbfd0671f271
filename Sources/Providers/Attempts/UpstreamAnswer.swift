public import GatewayTypes
internal import HTTPClient
internal import WireFormats

/// One attempt's answer in the caller's dialect: begun, so its candidate is chosen for good, and read on piece by piece.
public struct UpstreamAnswer: Sendable {
    enum Source: Sendable {
        case http(HTTPClientBody)
        case demo(DemoAnswer)
    }

    private var relay: any AnswerRelay
    private var source: Source?
    /// Bytes for the caller that are ready: the whole answer, or what a stream has said up to its first token.
    private var ready: [UInt8] = []
    /// The caller's own names of what this candidate could not be asked.
    public let dropped: [String]
    public let isStream: Bool
    /// Nobody was asked: this is what the gateway reckons.
    public private(set) var isEstimate: Bool

    init(_ call: UpstreamCall, isStream: Bool) {
        relay = call.relay
        dropped = call.dropped
        isEstimate = call.estimate != nil
        ready = call.estimate ?? []
        self.isStream = isStream
    }

    public var summary: AnswerSummary { relay.summary }

    /// The media type of what the caller gets, where that is the upstream's to say.
    public var contentType: String? { relay.contentType }

    /// Whether a stream is made of records, so that errors and signs of life may stand between them: a recording is not.
    public var hasRecords: Bool { contentType?.hasPrefix("text/event-stream") ?? true }

    /// The whole answer's body.
    public consuming func whole() -> [UInt8] { ready }

    /// Hands the caller's bytes to `write` as they come, until that returns false: it has enough.
    /// - Returns: whether the answer has properly ended.
    /// - Throws: why the stream broke; `pending()` then has what was still said before.
    public mutating func forward(
        to write: @escaping ([UInt8]) -> Bool
    ) async throws(UpstreamFailure) -> Bool {
        var output = ready
        ready = []
        while output.isEmpty || write(output) {
            guard let source else { return true }
            if case .http(let body) = source, try await !pour(body, into: write) { return false }
            output = try await step()
        }
        return false
    }

    /// - Returns: whether there is nothing more to come, except what the relay has to say at the end.
    private mutating func pour(
        _ body: HTTPClientBody, into write: @escaping ([UInt8]) -> Bool
    ) async throws(UpstreamFailure) -> Bool {
        let sink = RelaySink(relay, write)
        defer { relay = sink.relay }
        do throws(HTTPClientError) {
            if try await body.pour(into: sink) { return true }
        } catch { throw UpstreamFailure(error) }
        if let failure = sink.failure { throw failure }
        return false
    }

    /// What was ready when `forward` threw.
    public mutating func pending() -> [UInt8] { relay.pending() }

    /// Gives up asking: this is the answer.
    mutating func begin(estimate: [UInt8]) {
        ready = estimate
        isEstimate = true
    }

    /// The record of an error, where it depends on what was said before.
    public mutating func streamError(_ error: GatewayError, requestID: String) -> [UInt8]? {
        relay.streamError(error, requestID: requestID)
    }

    mutating func begin(
        _ source: Source, contentType: String? = nil, firstTokenWithin limit: Duration?
    ) async throws(UpstreamFailure) {
        self.source = source
        try relay.begin(contentType: contentType)
        guard isStream else {
            ready = try relay.whole(try await readWhole())
            self.source = nil
            return
        }
        expectFirstToken(within: limit)
        while !relay.summary.hasFirstToken, self.source != nil { ready += try await step() }
        expectFirstToken(within: nil)
    }

    private mutating func step() async throws(UpstreamFailure) -> [UInt8] {
        if let bytes = try await read() { return try relay.feed(bytes) }
        source = nil
        return try relay.finish()
    }

    private mutating func read() async throws(UpstreamFailure) -> [UInt8]? {
        switch source {
        case .http(let body):
            do throws(HTTPClientError) {
                return try await body.next()
            } catch { throw UpstreamFailure(error) }
        case .demo(var answer):
            defer { source = .demo(answer) }
            return try await answer.next()
        case nil: return nil
        }
    }

    private mutating func readWhole() async throws(UpstreamFailure) -> [UInt8] {
        guard case .http(let body) = source else { return try await read() ?? [] }
        do throws(HTTPClientError) {
            return try await body.collect(upTo: Upstreams.maxAnswerBytes)
        } catch { throw UpstreamFailure(error) }
    }

    private func expectFirstToken(within limit: Duration?) {
        if case .http(let body) = source { body.expectMilestone(within: limit) }
    }
}
