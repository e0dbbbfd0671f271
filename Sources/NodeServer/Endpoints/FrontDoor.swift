internal import Dashboard
internal import EventLoop
internal import GatewayTypes
internal import HTTPServer
internal import HTTPTypes
internal import Providers
internal import Routing
internal import Telemetry
internal import WireFormats

/// The node's handler: sends each request to what answers its path.
struct FrontDoor: HTTPHandler {
    let node: Node
    let pipeline: RequestPipeline
    let admin: AdminAPI

    func handle(_ request: HTTPRequest, _ reply: consuming Reply) async {
        let endpoint = Endpoint(request.path)
        if case .admin(let path) = endpoint {
            return await admin.answer(request, at: path, reply)
        }
        guard endpoint == .unknown || endpoint.methods.contains(request.method) else {
            let allowed = endpoint.methods.map(\.token).joined(separator: ", ")
            return refuse(.methodNotAllowed(allowed: allowed), request, reply)
        }
        switch endpoint {
        case .model(let place): await pipeline.answer(request, at: place, reply)
        case .models(var place):
            place.dialect = Endpoint.dialect(of: request)
            await listModels(request, place, reply)
        case .oneModel(var place, let id):
            place.dialect = Endpoint.dialect(of: request)
            await showModel(request, place, id, reply)
        case .describedModel(let place): await describeModel(request, place, reply)
        case .loadedModels(let place): await listLoadedModels(request, place, reply)
        case .ollamaVersion: reply.send(status: 200, headers: Self.json, body: OllamaModelList.version)
        case .keptResponse(let place, let id): await showResponse(request, place, id, reply)
        case .health:
            let body = await node.health()
            pipeline.upstreams.loop.checkIsolated()
            reply.send(status: 200, headers: Self.json, body: body)
        case .live: reply.send(status: 200, headers: Self.json, body: Array(#"{"status":"ok"}"#.utf8))
        case .ready:
            let isReady = node.isReady
            reply.send(
                status: isReady ? 200 : 503, headers: Self.json,
                body: Array((isReady ? #"{"status":"ready"}"# : #"{"status":"draining"}"#).utf8))
        case .metrics:
            reply.send(
                status: 200, headers: ["content-type": Metrics.contentType],
                body: Array(node.metrics.registry.text().utf8))
        case .openAPI: reply.send(status: 200, headers: Self.json, body: OpenAPIDocument.bytes)
        case .admin, .unknown: refuse(Self.unknown(request.path), request, reply)
        }
    }

    private static let json: HTTPHeaders = ["content-type": "application/json", "cache-control": "no-store"]

    private func listModels(_ request: HTTPRequest, _ place: ModelEndpoint, _ reply: consuming Reply) async {
        do throws(GatewayError) {
            let caller = try await pipeline.authenticate(Exchange(request, place, node))
            let models = node.configuration.current.routes.models.filter { caller.mayUse($0.id) }
            let body = try ModelList.body(of: models, in: place.dialect, query: request.query, created: node.startedAt)
            reply.send(status: 200, headers: Self.json, body: body)
        } catch {
            refuse(error, request, reply)
        }
    }

    private func showModel(_ request: HTTPRequest, _ place: ModelEndpoint, _ id: String, _ reply: consuming Reply) async
    {
        do throws(GatewayError) {
            let caller = try await pipeline.authenticate(Exchange(request, place, node))
            let routes = node.configuration.current.routes
            guard let model = routes.offered(id), caller.mayUse(model.id) || caller.mayUse(id) else {
                throw .modelNotFound(name: id, suggestions: routes.suggestions(for: id))
            }
            let body = ModelList.body(of: model, as: id, in: place.dialect, created: node.startedAt)
            reply.send(status: 200, headers: Self.json, body: body)
        } catch {
            refuse(error, request, reply)
        }
    }

    private func listLoadedModels(
        _ request: HTTPRequest, _ place: ModelEndpoint, _ reply: consuming Reply
    ) async {
        do throws(GatewayError) {
            let caller = try await pipeline.authenticate(Exchange(request, place, node))
            let models = node.configuration.current.routes.models.filter { caller.mayUse($0.id) }
            reply.send(status: 200, headers: Self.json, body: OllamaModelList.loaded(models, created: node.startedAt))
        } catch {
            refuse(error, request, reply)
        }
    }

    private func describeModel(_ request: HTTPRequest, _ place: ModelEndpoint, _ reply: consuming Reply) async {
        do throws(GatewayError) {
            let exchange = Exchange(request, place, node)
            let caller = try await pipeline.authenticate(exchange)
            let id = try OllamaModelList.modelAsked(by: try await pipeline.body(of: exchange))
            let routes = node.configuration.current.routes
            guard let model = routes.offered(id), caller.mayUse(model.id) || caller.mayUse(id) else {
                throw .modelNotFound(name: id, suggestions: routes.suggestions(for: id))
            }
            let body = OllamaModelList.description(of: model, created: node.startedAt)
            reply.send(status: 200, headers: Self.json, body: body)
        } catch {
            refuse(error, request, reply)
        }
    }

    /// No response is kept here, so there is none to show, delete or cancel.
    private func showResponse(
        _ request: HTTPRequest, _ place: ModelEndpoint, _ id: String, _ reply: consuming Reply
    ) async {
        do throws(GatewayError) {
            _ = try await pipeline.authenticate(Exchange(request, place, node))
            throw .notKept(
                message:
                    "Response with id '\(id)' not found: this gateway keeps no responses. Take what you need from the "
                    + "answer to POST /v1/responses.")
        } catch {
            refuse(error, request, reply)
        }
    }

    private static func unknown(_ path: String) -> GatewayError {
        guard let advice = ModelPath(path)?.advice else { return .unknownPath(path) }
        return .notKept(message: "Unknown path \(path). \(advice)")
    }

    private func refuse(_ error: GatewayError, _ request: HTTPRequest, _ reply: consuming Reply) {
        let place = ModelEndpoint(path: request.path, username: nil, dialect: Endpoint.dialect(of: request))
        pipeline.refuse(error, reply, Exchange(request, place, node))
    }
}
