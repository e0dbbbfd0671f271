/// What is wrong with a Redis URL. The text never repeats the URL, which may carry a password.
public enum RedisURLError: Error, Equatable, Sendable {
    case scheme
    case host
    case port
    case escape
    case database
    case master
    case option(String)
    /// `ca` or `tls_name` without TLS: somebody believes to be safe.
    case optionNeedsTLS(String)
}

extension RedisURLError: CustomStringConvertible {
    public var description: String { "SWITCHYARD_REDIS_URL: " + problem }

    private var problem: String {
        switch self {
        case .scheme: "must start with redis://, rediss://, redis+sentinel:// or rediss+sentinel://"
        case .host: "a host is missing; the form is redis://[user:password@]host:6379/0, an IPv6 address in brackets"
        case .port: "what follows the host is no port; it must be a number from 1 to 65535"
        case .escape: "a % must be followed by two hexadecimal digits; write a % in the password as %25, an @ as %40"
        case .database: "the database is none; it must be a number such as /0 at the end of the path"
        case .master: "the master's name is missing; the form is redis+sentinel://host:26379,host:26379/NAME/0"
        case .option(let name): "the option \(name) is unknown; there are ca and tls_name"
        case .optionNeedsTLS(let name): "the option \(name) needs TLS: write rediss:// in place of redis://"
        }
    }
}
