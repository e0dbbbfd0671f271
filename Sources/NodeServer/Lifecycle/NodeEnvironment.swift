internal import Glibc

/// The settings that come from the environment, read once. A wrong one is told by its name.
struct NodeEnvironment: Sendable {
    var host = "127.0.0.1"
    var port: UInt16 = 17765
    /// `nil`: `switchyard.json5` if it is there.
    var configurationPath: String?
    var dataDirectory = "./data"
    /// `nil`: a SQLite file in the data directory.
    var databaseURL: DatabaseLocation?
    var adminToken: String?
    var adminPassword: String?
    var loops: Int
    var nodeID: String?
    var logLevel = "info"
    /// A PEM file of certificate authorities to trust instead of the system's (`SSL_CERT_FILE`).
    var caBundle: String?

    /// - Throws: what is wrong, naming the variable.
    init(_ lookUp: (String) -> String?) throws(StartError) {
        if let listen = lookUp("SWITCHYARD_LISTEN") {
            guard let (host, port) = Self.address(listen) else {
                throw .setting(
                    "SWITCHYARD_LISTEN", "\"\(listen)\" is not HOST:PORT with an IP address, such as 127.0.0.1:17765")
            }
            (self.host, self.port) = (host, port)
        }
        configurationPath = lookUp("SWITCHYARD_CONFIG")
        dataDirectory = lookUp("SWITCHYARD_DATA") ?? dataDirectory
        adminToken = try Self.secret("SWITCHYARD_ADMIN_TOKEN", lookUp)
        adminPassword = try Self.secret("SWITCHYARD_ADMIN_PASSWORD", lookUp)
        loops = max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
        if let text = lookUp("SWITCHYARD_LOOPS") {
            guard let count = Int(text), (1...256).contains(count) else {
                throw .setting("SWITCHYARD_LOOPS", "\"\(text)\" is not a number from 1 to 256")
            }
            loops = count
        }
        if let text = lookUp("SWITCHYARD_NODE_ID") {
            guard RequestID.fit(text) != nil else {
                throw .setting("SWITCHYARD_NODE_ID", "must be 1 to 128 of A-Z a-z 0-9 . _ -")
            }
            nodeID = text
        }
        logLevel = lookUp("SWITCHYARD_LOG") ?? logLevel
        caBundle = lookUp("SSL_CERT_FILE")
        if let url = try Self.secret("SWITCHYARD_DATABASE_URL", lookUp) {
            databaseURL = try DatabaseLocation(url: url, setting: "SWITCHYARD_DATABASE_URL")
        }
        if lookUp("SWITCHYARD_REDIS_URL")?.isEmpty == false {
            throw .setting("SWITCHYARD_REDIS_URL", "this version runs on in-process state only; unset it")
        }
    }

    var database: DatabaseLocation { databaseURL ?? DatabaseLocation(dataDirectory: dataDirectory) }

    /// The value of `NAME`, or the content of the file `NAME_FILE` without white space at its end.
    private static func secret(_ name: String, _ lookUp: (String) -> String?) throws(StartError) -> String? {
        if let value = lookUp(name), !value.isEmpty { return value }
        guard let path = lookUp("\(name)_FILE"), !path.isEmpty else { return nil }
        guard let bytes = File.read(path) else { throw .setting("\(name)_FILE", "the file \(path) cannot be read") }
        var text = String(decoding: bytes, as: UTF8.self)
        while let last = text.last, last.isWhitespace { text.removeLast() }
        guard !text.isEmpty else { throw .setting("\(name)_FILE", "the file \(path) is empty") }
        return text
    }

    /// `127.0.0.1:80` or `[::1]:80`.
    private static func address(_ text: String) -> (String, UInt16)? {
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
            return nil
        }
        var host = String(text[..<colon])
        if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
        return host.isEmpty ? nil : (host, port)
    }
}

/// Why a node does not start.
enum StartError: Error, Equatable {
    /// Wrong settings: exit code 78, as in sysexits.
    case setting(String, String)
    case configuration(path: String, [ConfigurationProblem])
    /// Something that may be better later: exit code 75.
    case temporary(String)
    /// A wrong command line: exit code 64.
    case usage(String)

    var exitCode: Int32 {
        switch self {
        case .setting, .configuration: 78
        case .temporary: 75
        case .usage: 64
        }
    }

    var text: String {
        switch self {
        case .setting(let name, let message): "switchyard: \(name): \(message)"
        case .configuration(let path, let problems): problems.map { "\(path):\($0)" }.joined(separator: "\n")
        case .temporary(let message): "switchyard: \(message)"
        case .usage(let message): "switchyard: \(message)\n\n\(Switchyard.usage)"
        }
    }
}
