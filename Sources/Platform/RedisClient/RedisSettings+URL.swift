internal import HTTPTypes
internal import Telemetry

extension RedisSettings {
    /// Reads `redis://[[user]:password@]host[:6379][/database]`, `rediss://...` for TLS, and
    /// `redis+sentinel://[[user]:password@]host[:26379],host[:26379]/master[/database]`. Options are `?ca=PATH&tls_name=NAME`.
    public init(url: String) throws(RedisURLError) {
        guard let end = url.firstRange(of: "://") else { throw .scheme }
        let hasTLS: Bool
        let hasSentinels: Bool
        switch url[..<end.lowerBound] {
        case "redis": (hasTLS, hasSentinels) = (false, false)
        case "rediss": (hasTLS, hasSentinels) = (true, false)
        case "redis+sentinel": (hasTLS, hasSentinels) = (false, true)
        case "rediss+sentinel": (hasTLS, hasSentinels) = (true, true)
        default: throw .scheme
        }
        let rest = url[end.upperBound...]
        // The last @ of all: whatever a password holds unencoded, no piece of it may be taken for a host and shown.
        let at = rest.lastIndex(of: "@")
        let (main, query) = Self.cut(at.map { rest[rest.index(after: $0)...] } ?? rest, at: "?")
        let (hosts, path) = Self.cut(main, at: "/")
        var segments = (path ?? "").split(separator: "/")
        let endpoints = try Self.endpoints(hosts, defaultPort: hasSentinels ? 26379 : 6379)
        if hasSentinels {
            guard !segments.isEmpty else { throw .master }
            location = .sentinels(endpoints, master: try Self.decode(segments.removeFirst()))
        } else {
            guard endpoints.count == 1 else { throw .host }
            location = .server(endpoints[0])
        }
        if let at {
            let (user, password) = Self.cut(rest[..<at], at: ":")
            self.user = user.isEmpty ? nil : try Self.decode(user)
            self.password = Secret(try Self.decode(password ?? ""))
        }
        if let number = segments.first {
            guard let database = Self.number(number), segments.count == 1 else { throw .database }
            self.database = database
        }
        tls = hasTLS ? TLS() : nil
        for option in (query ?? "").split(separator: "&") { try take(option) }
    }

    private mutating func take(_ option: Substring) throws(RedisURLError) {
        let (name, value) = Self.cut(option, at: "=")
        guard name == "ca" || name == "tls_name" else { throw .option(String(name)) }
        guard tls != nil else { throw .optionNeedsTLS(String(name)) }
        let text = try Self.decode(value ?? "")
        if name == "ca" { tls?.authorities = text } else { tls?.name = text }
    }

    private static func endpoints(_ text: Substring, defaultPort: UInt16) throws(RedisURLError) -> [RedisEndpoint] {
        var endpoints: [RedisEndpoint] = []
        for item in text.split(separator: ",", omittingEmptySubsequences: false) {
            endpoints.append(try endpoint(item, defaultPort: defaultPort))
        }
        guard !endpoints.isEmpty else { throw .host }
        return endpoints
    }

    private static func endpoint(_ text: Substring, defaultPort: UInt16) throws(RedisURLError) -> RedisEndpoint {
        var host = text
        var port: Substring?
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]") else { throw .host }
            host = text[text.index(after: text.startIndex)..<end]
            let rest = text[text.index(after: end)...]
            guard rest.isEmpty || rest.hasPrefix(":") else { throw .host }
            port = rest.isEmpty ? nil : rest.dropFirst()
        } else {
            (host, port) = cut(text, at: ":")
        }
        guard !host.isEmpty else { throw .host }
        guard let port else { return RedisEndpoint(host: try decode(host), port: defaultPort) }
        guard let number = number(port).flatMap({ UInt16(exactly: $0) }), number > 0 else { throw .port }
        return RedisEndpoint(host: try decode(host), port: number)
    }

    /// The two sides of the first `mark`.
    private static func cut(_ text: Substring, at mark: Character) -> (Substring, Substring?) {
        guard let index = text.firstIndex(of: mark) else { return (text, nil) }
        return (text[..<index], text[text.index(after: index)...])
    }

    /// Without a sign, which `Int` would take.
    private static func number(_ text: Substring) -> Int? {
        text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } ? Int(text) : nil
    }

    private static func decode(_ text: Substring) throws(RedisURLError) -> String {
        guard let decoded = PercentEncoding.decode(text) else { throw .escape }
        return decoded
    }
}
