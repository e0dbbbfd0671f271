import HTTPTypes
import JSON
import Testing
import WireFormats

@testable import NodeServer

@Suite("OpenAPI document")
struct OpenAPITests {
    @Test("Each path of the document leads to an endpoint that takes its method", arguments: PublicOperation.all)
    func leadsSomewhere(operation: PublicOperation) {
        let path = operation.names.reduce(operation.path) { $0.replacing("{\($1)}", with: "x") }
        switch Endpoint(path) {
        case .admin: #expect(operation.family == .administration)
        case .unknown: Issue.record("\(path) leads nowhere")
        case let endpoint: #expect(endpoint.methods.contains(operation.method))
        }
    }

    @Test("Each dialect's path is in the document", arguments: Dialect.allCases)
    func tellsDialects(dialect: Dialect) {
        #expect(
            PublicOperation.all.contains { operation in
                guard case .model(let place) = Endpoint(operation.path) else { return false }
                return place.dialect == dialect
            })
    }

    @Test("Each operation is told once, under its own path and method")
    func tellsEachOnce() throws {
        let document = try JSONValue.parse(OpenAPIDocument.bytes)
        let names = PublicOperation.all.map { "\($0.method.token) \($0.path)" }
        #expect(Set(names).count == names.count)
        for operation in PublicOperation.all {
            let told = document["paths"]?[operation.path]?[operation.method.token.lowercased()]
            #expect(told?["summary"]?.string == operation.summary)
        }
    }

    @Test("Only what anybody may see asks for no token")
    func isClosed() throws {
        let document = try JSONValue.parse(OpenAPIDocument.bytes)
        let open = PublicOperation.all.filter { operation in
            document["paths"]?[operation.path]?[operation.method.token.lowercased()]?["security"] != nil
        }
        #expect(
            Set(open.map(\.path)) == [
                "/health", "/health/live", "/health/ready", "/metrics", "/openapi.json", "/api/version",
            ])
    }
}
