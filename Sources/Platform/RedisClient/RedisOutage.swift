public import Crypto

/// Why Redis cannot be used. The description tells an operator what to do; it never carries the password.
public enum RedisOutage: Error, Equatable, Sendable {
    /// The first connection is being made.
    case connecting
    case unknownHost(String, reason: String)
    case unreachable(RedisEndpoint, reason: String)
    case tls(RedisEndpoint, TLSError)
    case wrongPassword(RedisEndpoint)
    case passwordMissing(RedisEndpoint)
    case noSuchDatabase(RedisEndpoint, Int)
    /// Whatever answers does not speak Redis's protocol.
    case notRedis(String)
    /// It answers, but will not work: loading, out of memory, a replica.
    case refusing(code: String, message: String)
    /// It does not answer in time.
    case silent(RedisEndpoint)
    /// It closed the connection, or the network did.
    case cut(RedisEndpoint)
    /// No Sentinel could be asked; the last one's fault.
    case noSentinel(reason: String)
    case unknownMaster(String)
}

extension RedisOutage: CustomStringConvertible {
    public var description: String {
        switch self {
        case .connecting: "the connection to Redis is being made"
        case .unknownHost(let host, let reason):
            "the host \(host) has no address (\(reason)): correct the host in \(Self.variable)"
        case .unreachable(let endpoint, let reason):
            "Redis at \(endpoint) cannot be reached (\(reason)): start it, or correct host and port in \(Self.variable)"
        case .tls(let endpoint, let error): Self.tlsAdvice(endpoint, error)
        case .wrongPassword(let endpoint):
            "Redis at \(endpoint) refused the user or password: correct them in \(Self.variable), percent-encoded"
        case .passwordMissing(let endpoint):
            "Redis at \(endpoint) wants a password: write redis://:PASSWORD@HOST:PORT/DB in \(Self.variable)"
        case .noSuchDatabase(let endpoint, let number):
            "Redis at \(endpoint) has no database \(number): correct the path of \(Self.variable) or raise Redis's `databases`"
        case .notRedis(let reason):
            "what answers does not speak Redis's protocol (\(reason)): \(Self.variable) must name a Redis server, "
                + "and start with rediss:// if and only if its port expects TLS"
        case .refusing(let code, let message): Self.advice(code, message)
        case .silent(let endpoint):
            "Redis at \(endpoint) does not answer in time: see whether it is overloaded or stopped"
        case .cut(let endpoint): "Redis at \(endpoint) closed the connection"
        case .noSentinel(let reason): "no Sentinel of \(Self.variable) can be asked: \(reason)"
        case .unknownMaster(let name):
            "the Sentinels know no master of the name \(name): correct the path of \(Self.variable)"
        }
    }

    static let variable = "SWITCHYARD_REDIS_URL"

    private static func tlsAdvice(_ endpoint: RedisEndpoint, _ error: TLSError) -> String {
        switch error {
        case .authorities: "\(error): correct ?ca= in \(variable)"
        case .certificate:
            "Redis at \(endpoint) cannot be trusted, \(error): name its authority's file with ?ca=PATH in \(variable), "
                + "or the certificate's name with ?tls_name=NAME"
        case .broken:
            "no TLS with Redis at \(endpoint), \(error): use rediss:// in \(variable) only for a port that expects TLS"
        }
    }

    private static func advice(_ code: String, _ message: String) -> String {
        let words = "Redis refuses to work (\(code) \(message))"
        return switch code {
        case "READONLY": words + ": it is a replica; \(variable) must lead to the master, or name the Sentinels"
        case "OOM": words + ": raise its `maxmemory`, or give it a server of its own"
        case "MISCONF": words + ": see its log, it cannot save to its disk"
        case "NOPERM": words + ": the user of \(variable) needs all commands on the keys and channels sy:*"
        case "LOADING": words + ": it is starting"
        case "MOVED", "CLUSTERDOWN": words + ": \(variable) must name a single server, not a Redis Cluster"
        default: words
        }
    }
}
