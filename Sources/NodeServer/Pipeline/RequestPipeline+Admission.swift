internal import ClusterState
internal import EventLoop
internal import GatewayTypes
internal import HTTPServer
internal import HTTPTypes
internal import Providers
internal import Routing
internal import WireFormats

extension RequestPipeline {
    /// Requests that passed this many gateways go in circles.
    static let mostHops = 5
    /// What an answer is reserved at when neither the request nor the model's configuration bounds it.
    static let usualMaxTokens = 4096

    /// The bearer's caller.
    func authenticate(_ exchange: Exchange) async throws(GatewayError) -> Caller {
        let caller = try await node.authenticate(exchange.request)
        // Also keeps the code after an await of another thread's actor on the loop: Swift 6.3 lets a following call through
        // a protocol run where that actor lives, unless something is called in between.
        upstreams.loop.checkIsolated()
        guard exchange.endpoint.username == nil || exchange.endpoint.username == caller.username else {
            throw .forbidden(message: "This path belongs to another user than the token does.")
        }
        return caller
    }

    /// The body, read whole and checked.
    func understand(_ exchange: Exchange) async throws(GatewayError) -> ClientRequest {
        guard exchange.hops < Self.mostHops else {
            throw .malformedRequest(
                message:
                    "This request has passed \(exchange.hops) gateways: a provider seems to point back at one of them.",
                code: "request_loop")
        }
        let body = try await body(of: exchange)
        if let wish = exchange.request.headers[ClientRequest.onUnsupported], wish != "error", wish != "drop" {
            throw .malformedRequest(
                message: "The header '\(ClientRequest.onUnsupported)' takes 'error' or 'drop'.",
                parameter: ClientRequest.onUnsupported, code: "invalid_value")
        }
        var received = ReceivedRequest(
            body: body, path: exchange.endpoint.path, query: exchange.request.query, headers: exchange.request.headers)
        received.defaultModels = exchange.snapshot.configuration.defaults
        let asked = try exchange.format.understand(received)
        exchange.contentType = exchange.format.contentType(of: asked)
        return asked
    }

    /// The body, read whole.
    func body(of exchange: Exchange) async throws(GatewayError) -> [UInt8] {
        let limit = exchange.snapshot.configuration.server.maxBodyBytes
        do throws(HTTPBodyError) {
            return try await exchange.request.body.collect(upTo: limit)
        } catch {
            switch error {
            case .tooLarge: throw .bodyTooLarge(limit: limit)
            case .timedOut: throw .bodyTimedOut
            case .clientGone: throw .upstream(UpstreamFailure(.cancelled, message: "The client left."))
            case .malformed:
                throw .malformedRequest(message: "The request body is not framed as HTTP/1.1 wants it.")
            }
        }
    }

    /// The candidates for the name asked for, in the order they are tried.
    func route(
        _ asked: ClientRequest, for caller: Caller, _ exchange: Exchange
    ) throws(GatewayError) -> Route {
        let route = try exchange.snapshot.routes.route(
            asked.model, needs: asked.needs, seed: exchange.seed, restsFor: { node.cooldowns.rest($0) })
        guard caller.mayUse(asked.model) || caller.mayUse(route.name) else {
            throw .forbidden(message: "This token may not use the model '\(asked.model)'.")
        }
        return route
    }

    /// Reserves what the request may cost at most. Nothing is owed before this line, everything after it.
    func admit(
        _ asked: ClientRequest, on route: Route, for caller: Caller, _ exchange: Exchange
    ) async throws(GatewayError) -> Hold {
        guard !Task.isCancelled else { throw .upstream(UpstreamFailure(.cancelled, message: "The client left.")) }
        exchange.identify(caller, on: route, stream: asked.stream)
        exchange.record.usage.promptTokens = asked.needs.operation.spends ? asked.needs.promptTokens : 0
        let hold = try await limits.admit(
            exchange.record, subjects: caller.limitSubjects, reservation: Self.reservation(for: asked, on: route))
        upstreams.loop.checkIsolated()
        exchange.isAdmitted = true
        exchange.rates = hold.rates
        return hold
    }

    /// The dearest the candidates can make it.
    static func reservation(for asked: ClientRequest, on route: Route) -> Reservation {
        var most = Reservation(tokens: 0, cost: nil)
        guard asked.needs.operation.spends else { return most }
        for candidate in route.candidates {
            let allowed = Usage(
                completionTokens: asked.needs.maxTokens ?? candidate.model.maxTokens ?? usualMaxTokens
            ).clamped().completionTokens
            let usage = Usage(
                promptTokens: asked.needs.promptTokens, completionTokens: allowed * asked.needs.choiceCount
            ).clamped()
            most.tokens = max(most.tokens, usage.totalTokens)
            if let cost = candidate.model.pricing?.reservation(for: asked.needs, usage) {
                most.cost = max(most.cost ?? .zero, cost)
            }
        }
        return most
    }
}

extension Pricing {
    /// What a request may cost at most; recordings cost by what nobody knows beforehand.
    fileprivate func reservation(for needs: RequestNeeds, _ usage: Usage) -> USD {
        switch needs.operation {
        case .imageGeneration, .imageEdit, .imageVariation: image?.times(needs.choiceCount) ?? cost(of: usage)
        case .conversation, .completion, .countTokens, .embedding, .rerank, .moderation, .speech, .transcription,
            .translation:
            cost(of: usage)
        }
    }
}
