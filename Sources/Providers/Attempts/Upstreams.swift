public import EventLoop
public import GatewayTypes
public import HTTPClient
internal import HTTPTypes
internal import Telemetry
internal import WireFormats

/// Makes attempts at candidates: one try each, up to the first token of a stream or the end of a whole answer. One per
/// event loop; it runs on its caller's actor there.
public struct Upstreams: Sendable {
    /// A whole answer larger than this is no answer.
    static let maxAnswerBytes = 128 * 1024 * 1024
    /// What is read of an error answer.
    static let maxErrorBytes = 1024 * 1024
    /// What providers answer that do not know an operation.
    private static let unknownOperation = [404, 405, 501]

    public let loop: EventLoop
    private let client: HTTPClient
    private let authorization: ProviderAuthorization

    public init(on loop: EventLoop, client: HTTPClient) {
        self.loop = loop
        self.client = client
        authorization = ProviderAuthorization(tokens: GoogleTokens(on: loop, client: client))
    }

    /// Calls `candidate` once.
    /// - Returns: an answer whose first token has come (stream) or which is complete and checked (whole).
    /// - Throws: why there is none; nothing of it has reached the caller.
    public func attempt(
        _ candidate: Candidate, _ request: OutgoingRequest
    ) async throws(UpstreamFailure) -> UpstreamAnswer {
        let call = try request.call(to: candidate)
        var answer = UpstreamAnswer(call, isStream: request.client.stream)
        guard !answer.isEstimate else { return answer }
        guard candidate.provider.kind != "demo" else {
            guard [.conversation, .completion].contains(request.client.needs.operation) else {
                throw UpstreamFailure(
                    .badRequest, status: 400, message: "The demo provider answers chat requests only.")
            }
            let demo = try DemoAnswer(
                candidate.model.name, call.body, promptTokens: request.client.needs.promptTokens, on: loop)
            try await answer.begin(.demo(demo), firstTokenWithin: nil)
            return answer
        }
        let start = ContinuousClock.now
        let response = try await send(call, to: candidate, hops: request.hops)
        guard (200..<300).contains(response.status) else {
            let failure = await failure(of: response, from: candidate)
            let isUnknown = failure.kind == .notFound || Self.unknownOperation.contains(response.status)
            guard let estimate = call.standIn, isUnknown else { throw failure }
            answer.begin(estimate: estimate)
            return answer
        }
        let limit = candidate.settings.firstTokenTimeout.map { max($0 - start.duration(to: .now), .milliseconds(1)) }
        try await answer.begin(
            .http(response.body), contentType: response.headers["content-type"], firstTokenWithin: limit)
        return answer
    }

    private func send(
        _ call: UpstreamCall, to candidate: Candidate, hops: Int
    ) async throws(UpstreamFailure) -> HTTPClientResponse {
        var headers = ProviderAuthorization.headers(for: candidate, contentType: call.contentType)
        headers.merge(call.headers)
        headers.append("x-switchyard-hops", String(hops + 1))
        let settings = candidate.settings
        var request = HTTPClientRequest(
            method: .post, url: candidate.provider.endpoint + call.path, headers: headers, body: call.body,
            connectTimeout: settings.connectTimeout, firstByteTimeout: settings.firstTokenTimeout,
            idleTimeout: settings.idleTimeout, totalTimeout: settings.totalTimeout, survivesStaleConnection: true)
        try await authorization.authorize(&request, for: candidate)
        do throws(HTTPClientError) {
            return try await client.send(request)
        } catch {
            throw UpstreamFailure(error)
        }
    }

    private func failure(of response: HTTPClientResponse, from candidate: Candidate) async -> UpstreamFailure {
        do throws(HTTPClientError) {
            let body = try await response.body.collect(upTo: Self.maxErrorBytes)
            let hosted = candidate.provider.cloud?.failure(
                status: response.status, type: response.headers["x-amzn-errortype"], body: body)
            var failure = hosted ?? candidate.wire.failure(status: response.status, body: body)
            failure.status = response.status
            if failure.kind == .authentication { await authorization.forget(candidate) }
            failure.retryAfter = failure.retryAfter ?? RetryHeaders.wait(response.headers, now: WallClock.now())
            return failure
        } catch {
            var failure = candidate.wire.failure(status: response.status, body: [])
            failure.status = response.status
            return failure
        }
    }
}

extension UpstreamFailure {
    /// What went wrong on the way, in words that name no address.
    init(_ error: HTTPClientError) {
        switch error {
        case .invalidURL: self.init(.network, message: "The provider's endpoint cannot be used.")
        case .resolve: self.init(.network, message: "The provider could not be reached: its name has no address.")
        case .refused, .connect: self.init(.network, message: "The provider could not be reached: no connection.")
        case .tls: self.init(.network, message: "The provider could not be reached: TLS failed.")
        case .reset:
            self.init(
                .network, message: "The provider closed the connection before it answered.",
                code: UpstreamFailure.resetBeforeAnswer)
        case .connectTimedOut, .firstByteTimedOut, .idleTimedOut, .totalTimedOut:
            self.init(.timeout, message: "The provider did not answer in time: \(error.text).")
        case .cut: self.init(.badAnswer, message: "The provider's answer was cut off.")
        case .protocolViolation: self.init(.badAnswer, message: "The provider's answer is not valid HTTP.")
        case .bodyTooLarge: self.init(.badAnswer, message: "The provider's answer is too large.")
        case .cancelled: self.init(.cancelled, message: "The client left.")
        }
        detail = error.text
    }
}
