import Glibc
import TestServers
import Testing

@testable import SQLDatabase

/// With a server of its own that has a certificate, and the shared one that has none.
@Suite("TLS to a MySQL server", .timeLimit(.minutes(5)))
struct MySQLTLSTests {
    /// A folder with an authority and a certificate of it for `127.0.0.1`.
    private func certificates() throws -> String {
        var template = Array("/tmp/switchyard-tls-XXXXXX".utf8CString)
        let folder = template.withUnsafeMutableBufferPointer { String(cString: mkdtemp($0.baseAddress!)) }
        func openssl(_ words: String...) throws {
            try ServerProcess.run(["openssl"] + words, log: folder + "/log")
        }
        for (authority, name) in [("ca", "Authority"), ("other", "Another Authority")] {
            try openssl(
                "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=\(name)", "-keyout",
                "\(folder)/\(authority).key", "-out", "\(folder)/\(authority).pem")
        }
        try openssl(
            "req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1",
            "-keyout", "\(folder)/server.key", "-out", "\(folder)/server.csr")
        try openssl(
            "x509", "-req", "-days", "2", "-in", "\(folder)/server.csr", "-CA", "\(folder)/ca.pem", "-CAkey",
            "\(folder)/ca.key", "-CAcreateserial", "-copy_extensions", "copy", "-out", "\(folder)/server.pem")
        return folder
    }

    private func cipher(_ settings: MySQLSettings) async throws -> String {
        let database = try await SQLDatabase.open(mysql: settings)
        let row = try await database.read { connection throws(SQLError) in
            try connection.query("SHOW SESSION STATUS LIKE 'Ssl_cipher'")[0]
        }
        return try row.text("Value")
    }

    @Test("Each mode asks for what it says, and nothing is sent to a server that cannot prove itself")
    func modes() async throws {
        let folder = try certificates()
        let server = try MariaDBServer(options: [
            "--ssl-cert=\(folder)/server.pem", "--ssl-key=\(folder)/server.key", "--ssl-ca=\(folder)/ca.pem",
        ])
        defer {
            server.end()
            try? ServerProcess.run(["rm", "-rf", folder], log: "/dev/null")
        }
        try server.start()
        var settings = server.settings()
        for (mode, authority, isSecret) in [
            (MySQLSettings.TLS.disabled, nil, false), (.preferred, nil, true), (.required, nil, true),
            (.verifyIdentity, "ca", true),
        ] as [(MySQLSettings.TLS, String?, Bool)] {
            settings.tls = mode
            settings.authorities = authority.map { "\(folder)/\($0).pem" }
            #expect(try await cipher(settings).isEmpty == !isSecret)
        }
        settings.tls = .verifyIdentity
        for authority in ["\(folder)/other.pem", nil] {
            settings.authorities = authority
            await #expect(throws: SQLError.self) { try await SQLDatabase.open(mysql: settings) }
        }
    }

    @Test("A server without TLS is refused where TLS is required")
    func plainServer() async throws {
        var settings = MariaDBServer.shared.settings()
        #expect(try await cipher(settings).isEmpty)
        for mode in [MySQLSettings.TLS.required, .verifyIdentity] {
            settings.tls = mode
            await #expect(throws: SQLError.self) { try await SQLDatabase.open(mysql: settings) }
        }
    }
}
