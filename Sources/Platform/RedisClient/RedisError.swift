/// Why a command has no reply. No text in here carries a password or a value.
public enum RedisError: Error, Equatable, Sendable {
    /// Redis said no. `code` is the first word of its message, such as `WRONGTYPE`.
    case refused(code: String, message: String)
    /// Redis is known to be away; nothing was sent.
    case unavailable(RedisOutage)
    /// The connection ended before the reply: the command may have run.
    case connectionLost(RedisOutage)
    /// No reply in time: the command may have run, or may yet.
    case timedOut
    /// The client was closed.
    case closed

    /// Whether this is a fault of the store, and not an answer to the command.
    public var isOutage: Bool {
        switch self {
        case .refused(let code, _): Self.outageCodes.contains(code)
        case .unavailable, .connectionLost, .timedOut, .closed: true
        }
    }

    /// Whether the command may have taken effect all the same.
    public var mayHaveRun: Bool {
        switch self {
        case .refused, .unavailable, .closed: false
        case .connectionLost, .timedOut: true
        }
    }

    /// Refusals that say something of the server's state and nothing of the command.
    static let outageCodes: Set<String> = [
        "BUSY", "CLUSTERDOWN", "LOADING", "MASTERDOWN", "MISCONF", "NOAUTH", "NOPERM", "NOREPLICAS", "OOM", "READONLY",
        "TRYAGAIN", "UNKILLABLE", "WRONGPASS",
    ]

    /// Redis's error text in two parts. Before version 7 an error inside a script arrives as `ERR Error running script (...):
    /// @user_script:5: -OOM command not allowed...`: then the inner code counts.
    static func parts(of text: String) -> (code: String, message: String) {
        var rest = Substring(text)
        if text.hasPrefix("ERR "), text.utf8.contains(UInt8(ascii: "@")),
            let script = text.firstRange(of: "@user_script"),
            let inner = text[script.upperBound...].firstRange(of: ": -")
        {
            rest = text[inner.upperBound...]
        }
        let words = rest.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
        return (String(words[0]), words.count > 1 ? String(words[1]) : "")
    }
}

extension RedisError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .refused(let code, let message): "Redis refused a command: \(code) \(message)"
        case .unavailable(let outage): outage.description
        case .connectionLost(let outage): "the connection was lost before the reply: \(outage)"
        case .timedOut: "Redis did not answer in time"
        case .closed: "the Redis client is closed"
        }
    }
}
