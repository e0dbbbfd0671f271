import Glibc
import HTTPTypes
import Testing

@testable import EventLoop
@testable import HTTPClient

@Suite("HTTPClient: proxies", .timeLimit(.minutes(5)))
struct ProxyTests {
    /// A proxy that answers every request itself, with the request line.
    static func answering() -> ScriptedServer {
        ScriptedServer { connection in
            while let request = connection.readRequest() {
                connection.send("HTTP/1.1 200 OK\r\nContent-Length: \(request.line.utf8.count)\r\n\r\n\(request.line)")
            }
        }
    }

    @Test("Clear text goes to the proxy that the environment names, hosts it excepts do not")
    func clear() async throws {
        let proxy = Self.answering()
        let direct = ScriptedServer.answering("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\ndirect")
        let environment = ["http_proxy": proxy.url, "no_proxy": "127.0.0.1,.internal"]
        try await withClient(environment: environment) { client in
            let through = Ending.answer(status: 200, body: "GET http://up.invalid/a HTTP/1.1")
            #expect(await client.ending(.get("http://up.invalid/a")) == through)
            #expect(await client.ending(.get(direct.url)) == .answer(status: 200, body: "direct"))
        }
    }

    @Test("This machine's own names go past a proxy unless the environment says what does")
    func own() async throws {
        let proxy = Self.answering()
        let direct = ScriptedServer.answering("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\ndirect")
        let request = HTTPClientRequest.get(direct.url + "/")
        let silent = try await withClient(environment: ["http_proxy": proxy.url]) { await $0.ending(request) }
        #expect(silent == .answer(status: 200, body: "direct"))
        let telling = try await withClient(environment: ["http_proxy": proxy.url, "no_proxy": ""]) {
            await $0.ending(request)
        }
        #expect(telling == .answer(status: 200, body: "GET \(direct.url)/ HTTP/1.1"))
    }

    @Test("The process's environment is the one that counts")
    func process() async {
        await #expect(processExitsWith: .success) {
            let proxy = ProxyTests.answering()
            setenv("http_proxy", proxy.url, 1)
            setenv("no_proxy", "", 1)
            let loop = try EventLoop.start(name: "client")
            let client = HTTPClient(loop: loop)
            let ending = await client.ending(.get("http://up.invalid/a"))
            exit(ending == .answer(status: 200, body: "GET http://up.invalid/a HTTP/1.1") ? 0 : 1)
        }
    }

    @Test("TLS goes through a tunnel; the proxy's own head is not the answer's")
    func tunnel() async throws {
        let server = try TLSServer()
        let proxy = ScriptedServer { connection in
            guard let request = connection.readRequest(), request.line.hasPrefix("CONNECT localhost:") else { return }
            connection.send("HTTP/1.1 200 Yes\r\nX-Proxy: secret\r\n\r\n")
            connection.relay(to: server.http2)
        }
        let environment = ["https_proxy": proxy.url, "no_proxy": ""]
        try await withClient(HTTPClientOptions(caBundle: server.authority), environment: environment) { client in
            for _ in 0..<3 {
                let response = try await client.send(.get("https://localhost:\(server.http2)/small"))
                #expect(response.headers["x-proxy"] == nil)
                #expect(response.httpVersion == .http2)
                #expect(try await response.body.collect(upTo: 2) == Array("ok".utf8))
            }
        }
        #expect(proxy.connectionCount == 1)
    }

    @Test("A proxy that refuses, closes or is not there: nothing was sent")
    func refusals() async throws {
        let refusing = ScriptedServer.answering("HTTP/1.1 407 No\r\nContent-Length: 0\r\n\r\n")
        let closing = ScriptedServer { connection in _ = connection.readRequest() }
        let absent = ScriptedServer { _ in }.url
        for url in [refusing.url, closing.url, absent] {
            let ending = try await withClient(environment: ["https_proxy": url]) {
                await $0.ending(.post("https://up.invalid/?key=secret", "x"))
            }
            guard case .unanswered(let error) = ending else { throw Unexpected("\(ending)") }
            #expect(!error.requestWasSent, "\(error)")
            #expect(!error.text.contains("secret"))
        }
    }

    @Test(
        "Which proxy the environment names",
        arguments: [
            ([:], "", "", "localhost,127.0.0.1,::1"),
            (["http_proxy": "a"], "a", "", "localhost,127.0.0.1,::1"),
            (["HTTP_PROXY": "a"], "", "", "localhost,127.0.0.1,::1"),
            (["https_proxy": "a", "HTTPS_PROXY": "b"], "", "a", "localhost,127.0.0.1,::1"),
            (["HTTPS_PROXY": "b", "NO_PROXY": "*"], "", "b", "*"),
            (["all_proxy": "c", "http_proxy": "a"], "a", "c", "localhost,127.0.0.1,::1"),
            (["ALL_PROXY": "c", "http_proxy": "", "no_proxy": "x"], "c", "c", "x"),
        ] as [([String: String], String, String, String)])
    func environment(variables: [String: String], clear: String, secure: String, exceptions: String) {
        let proxies = ProxyEnvironment { variables[$0] }
        #expect(proxies.clear == clear)
        #expect(proxies.secure == secure)
        #expect(proxies.exceptions == exceptions)
    }
}
