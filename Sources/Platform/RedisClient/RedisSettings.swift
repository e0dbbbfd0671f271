public import Telemetry

/// Where Redis is and how to get in.
public struct RedisSettings: Sendable, Equatable {
    public enum Location: Sendable, Equatable {
        case server(RedisEndpoint)
        /// The Sentinels say which server is the master of this name.
        case sentinels([RedisEndpoint], master: String)
    }

    public struct TLS: Sendable, Equatable {
        /// A PEM file to trust in place of the system's authorities.
        public var authorities: String?
        /// What the certificate must be for, if not the host's name.
        public var name: String?
    }

    public var location: Location
    public var user: String?
    public var password: Secret?
    public var database = 0
    /// `nil`: plain TCP.
    public var tls: TLS?

    /// The longest that a command waits for its reply. Whoever answers later is taken for dead: the connection is dropped.
    public var commandTimeout: Duration = .milliseconds(250)
    /// The longest that TCP and TLS may take to connect, each.
    public var connectTimeout: Duration = .milliseconds(500)
    /// Between two attempts to get back to a Redis that is away.
    public var probeInterval: Duration = .milliseconds(250)
}
