public import Telemetry

/// Where a MySQL or MariaDB server is, and how to talk to it: `mysql://user:password@host:3306/name?pool=4`.
public struct MySQLSettings: Sendable, CustomStringConvertible {
    public enum TLS: String, Sendable, CaseIterable {
        case disabled
        /// TLS where the server offers it.
        case preferred
        case required
        /// TLS with a certificate of `ssl_ca` (else of the system's authorities) in the name of the host.
        case verifyIdentity = "verify_identity"
    }

    public var host: String
    public var port: UInt16 = 3306
    public var user: String
    public var password: Secret
    public var database: String
    /// Connections, each on a thread of its own.
    public var pool = 4
    public var connectTimeout = Duration.seconds(3)
    /// How long an answer may take. Changes of the schema have their own, longer time.
    public var timeout = Duration.seconds(5)
    public var tls = TLS.preferred
    /// A PEM file of certificate authorities.
    public var authorities: String?

    public init(host: String, port: UInt16 = 3306, user: String, password: Secret, database: String) {
        self.host = host
        self.port = port
        self.user = user
        self.password = password
        self.database = database
    }

    /// For messages: no password, no options.
    public var description: String {
        "mysql://\(user)@\(host.contains(":") ? "[\(host)]" : host):\(port)/\(database)"
    }
}
