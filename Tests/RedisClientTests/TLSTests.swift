import Crypto
import Testing

@testable import RedisClient

@Suite("Redis over TLS", .timeLimit(.minutes(5)))
struct TLSTests {
    private let server: RedisServer
    private let authority: String
    private var host: String { "127.0.0.1:\(server.port)" }

    init() throws {
        let certificates = RedisServer()  // for its directory, which must outlive the server's start only
        let key = certificates.directory + "/key.pem"
        let certificate = certificates.directory + "/certificate.pem"
        let arguments = [
            "req", "-x509", "-days", "2", "-subj", "/CN=redis.test", "-addext",
            "subjectAltName=DNS:redis.test,IP:127.0.0.1",
            "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", key, "-out", certificate,
        ]
        guard ChildProcess("/usr/bin/openssl", arguments).exitStatus() == 0 else { throw NoCertificate() }
        let port = freePort()
        let tls = ["tls-port \(port)", "tls-cert-file \(certificate)", "tls-key-file \(key)", "tls-auth-clients no"]
        server = RedisServer(tls, port: port, isTLS: true)
        authority = certificate
        self.certificates = certificates
    }

    private let certificates: RedisServer
    private struct NoCertificate: Error {}

    private func outage(_ url: String, timeout: Duration = .seconds(5)) async throws -> RedisOutage? {
        try await withClient(url, timeout: timeout) { client in
            switch await client.states().first(where: { _ in true }) {
            case .up: nil
            case .down(let outage): outage
            }
        }
    }

    @Test("With the certificate's authority in ?ca= everything works as in the clear")
    func trusted() async throws {
        try await withClient("rediss://\(host)/1?ca=\(authority)", timeout: .seconds(20)) { client in
            let big = [UInt8](repeating: 7, count: 5 << 20)
            try await client.command(["SET", "big", .bytes(big)])
            let outcomes = Journal<Int>()
            for number in 0..<2000 {
                client.submit(["ECHO", .integer(number)]) { outcomes.add((try? $0.get().asInteger) ?? -1) }
            }
            await outcomes.first { $0 == 1999 }
            #expect(outcomes.all == Array(0..<2000))
            #expect(try await client.command(["GET", "big"]).asBytes == big)
        }
    }

    @Test("The name in ?tls_name= is what the certificate must be for")
    func name() async throws {
        #expect(try await outage("rediss://\(host)?ca=\(authority)&tls_name=redis.test") == nil)
        guard
            case .tls(_, .certificate(let reason)) = try await outage(
                "rediss://\(host)?ca=\(authority)&tls_name=other.test")
        else {
            Issue.record("the wrong name was taken")
            return
        }
        #expect(reason == "hostname mismatch")
    }

    @Test("A certificate of nobody who is trusted is refused, and the message says what to do")
    func untrusted() async throws {
        let outage = try #require(try await outage("rediss://\(host)"))
        guard case .tls(_, .certificate) = outage else {
            Issue.record("\(outage)")
            return
        }
        #expect(outage.description.contains("?ca=PATH in SWITCHYARD_REDIS_URL"))
    }

    @Test("An authority's file that is not there, TLS to a plain port, and no TLS to a TLS port are told apart")
    func mistakes() async throws {
        let absent = try await outage("rediss://\(host)?ca=/nowhere")
        #expect(absent == .tls(RedisEndpoint(host: "127.0.0.1", port: server.port), .authorities(path: "/nowhere")))
        let mute = try await outage(
            "rediss://127.0.0.1:\(certificates.port)?ca=\(authority)", timeout: .milliseconds(500))
        guard case .tls(_, .broken) = mute else {
            Issue.record("TLS with a plain port")
            return
        }
        let plain = try await outage("redis://\(host)")
        switch plain {
        case .notRedis, .cut: break
        default: Issue.record("\(String(describing: plain))")
        }
    }
}
