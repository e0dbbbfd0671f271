import HTTPTypes
import Testing

@testable import EventLoop
@testable import HTTPClient

/// Runs `body` on a loop of its own with a client, and ends both.
@discardableResult
func withClient<Value: Sendable>(
    _ options: HTTPClientOptions = HTTPClientOptions(), environment: [String: String] = [:],
    _ body: @escaping @Sendable (HTTPClient) async throws -> Value
) async throws -> Value {
    let loop = try EventLoop.start(name: "client")
    defer { loop.stop() }
    let client = HTTPClient(
        loop: loop, options: options, proxies: ProxyEnvironment { environment[$0] },
        transports: OverBothTransports.transports)
    let result = await Task(executorPreference: loop) { () async -> Result<Value, any Error> in
        do { return .success(try await body(client)) } catch { return .failure(error) }
    }.value
    await client.shutdown()
    return try result.get()
}

/// What a request ended with.
enum Ending: Equatable {
    case answer(status: Int, body: String)
    /// `send` threw.
    case unanswered(HTTPClientError)
    /// The body threw after this much of it.
    case broken(HTTPClientError, after: Int)
}

extension HTTPClient {
    func ending(_ request: HTTPClientRequest) async -> Ending {
        let response: HTTPClientResponse
        do throws(HTTPClientError) { response = try await send(request) } catch { return .unanswered(error) }
        var body: [UInt8] = []
        do throws(HTTPClientError) {
            while let bytes = try await response.body.next() { body += bytes }
        } catch { return .broken(error, after: body.count) }
        return .answer(status: response.status, body: String(decoding: body, as: UTF8.self))
    }
}

extension HTTPClientRequest {
    static func get(_ url: String) -> HTTPClientRequest { HTTPClientRequest(method: .get, url: url) }
    static func post(_ url: String, _ body: String) -> HTTPClientRequest {
        HTTPClientRequest(method: .post, url: url, body: Array(body.utf8))
    }
}

/// Ends a test whose premise failed.
struct Unexpected: Error {
    var what: String
    init(_ what: String) { self.what = what }
}
