internal import ClusterState
internal import GatewayTypes
internal import HTTPServer
internal import Providers
internal import WireFormats

/// The life of a request: receive, authenticate, understand, route, admit, call, answer, settle. docs/life-of-a-request.md
/// tells the same in words.
///
/// One per event loop; every phase runs on the request's loop, on the server's actor.
struct RequestPipeline: Sendable {
    let node: Node
    /// Those of the request's loop.
    let limits: any AdmissionControl
    let upstreams: Upstreams

    /// Answers one chat request, whatever happens, and leaves exactly one ledger row if it was admitted.
    func answer(_ request: HTTPRequest, at endpoint: ModelEndpoint, _ reply: consuming Reply) async {
        let exchange = Exchange(request, endpoint, node)
        do throws(GatewayError) {
            let caller = try await authenticate(exchange)
            let asked = try await understand(exchange)
            let route = try route(asked, for: caller, exchange)
            var hold = try await admit(asked, on: route, for: caller, exchange)
            let outcome = await call(asked, on: route, exchange)
            await send(outcome, &hold, reply, exchange)
            hold.settle(exchange.record)
        } catch {
            refuse(error, reply, exchange)
        }
        node.observe(exchange)
    }
}
