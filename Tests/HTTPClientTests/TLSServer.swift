import Glibc
import TestServers

/// nginx with a certificate for `localhost` from an authority of its own: HTTP/2 on one port, HTTP/1.1 on the other.
/// `/small` answers `ok`, `/large` is a file of 20 MB.
final class TLSServer: Sendable {
    static let largeSize = 20 << 20

    let authority: String
    let http2: UInt16
    let http1: UInt16
    private let directory: String
    private let nginx: ChildProcess

    init() throws {
        var template = Array("/tmp/switchyard-client-XXXXXX\0".utf8CString)
        guard mkdtemp(&template) != nil else { throw Unexpected("no directory") }
        let directory = String(decoding: template.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        self.directory = directory
        authority = directory + "/authority.pem"
        try Self.makeCertificates(in: directory)
        (http2, http1) = (Self.freePort(), Self.freePort())
        Self.write(Self.configuration(directory, http2: http2, http1: http1), to: directory + "/nginx.conf")
        Self.write("", to: directory + "/large")
        truncate(directory + "/large", Self.largeSize)
        nginx = ChildProcess(
            "/usr/sbin/nginx", ["-p", directory, "-c", directory + "/nginx.conf", "-e", directory + "/error.log"])
        for _ in 0..<6000 where !(Self.isListening(http2) && Self.isListening(http1)) { usleep(10_000) }
    }

    deinit {
        nginx.stop()
        _ = ChildProcess("/bin/rm", ["-rf", directory]).exitStatus()
    }

    private static func configuration(_ directory: String, http2: UInt16, http1: UInt16) -> String {
        """
        daemon off;
        master_process off;
        user root;
        pid nginx.pid;
        events { worker_connections 256; }
        http {
            access_log off;
            client_body_temp_path body;
            proxy_temp_path proxy;
            fastcgi_temp_path fastcgi;
            uwsgi_temp_path uwsgi;
            scgi_temp_path scgi;
            ssl_certificate leaf.pem;
            ssl_certificate_key leaf.key;
            server {
                listen 127.0.0.1:\(http2) ssl http2;
                listen 127.0.0.1:\(http1) ssl;
                location /small { return 200 ok; }
                location /large { root \(directory); }
                location /gone { return 444; }
            }
        }
        """
    }

    private static func makeCertificates(in directory: String) throws {
        write("subjectAltName=DNS:localhost\n", to: directory + "/leaf.ext")
        let key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
        let file = { (name: String) in directory + "/" + name }
        let steps = [
            ["req", "-x509", "-days", "2", "-subj", "/CN=Test authority", "-keyout", file("authority.key")]
                + ["-out", file("authority.pem")] + key,
            ["req", "-subj", "/CN=localhost", "-keyout", file("leaf.key"), "-out", file("leaf.csr")] + key,
            ["x509", "-req", "-days", "2", "-in", file("leaf.csr"), "-CA", file("authority.pem")]
                + ["-CAkey", file("authority.key"), "-CAcreateserial", "-extfile", file("leaf.ext")]
                + ["-out", file("leaf.pem")],
        ]
        for step in steps {
            guard ChildProcess("/usr/bin/openssl", step).exitStatus() == 0 else {
                throw Unexpected("openssl \(step[0])")
            }
        }
    }

    private static func write(_ text: String, to path: String) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        _ = Glibc.write(descriptor, text, text.utf8.count)
        close(descriptor)
    }

    private static func freePort() -> UInt16 { LoopbackPort.free() }

    private static func isListening(_ port: UInt16) -> Bool {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        address.sin_port = port.bigEndian
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }
}
