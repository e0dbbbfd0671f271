internal import Telemetry

extension MySQLSettings {
    /// Why a text is not the URL of a database. No case holds a part that may be secret.
    public enum URLError: Error, Equatable, Sendable {
        case notMySQL
        case noUser
        case noHost
        case badPort
        case noDatabase
        /// A `%` without two hexadecimal digits behind it, or bytes that are no UTF-8.
        case badEscape
        case unknownOption(String)
        case badOption(String, wants: String)

        public var text: String {
            switch self {
            case .notMySQL: "must be mysql://USER:PASSWORD@HOST:3306/NAME"
            case .noUser:
                "names no user: mysql://USER:PASSWORD@HOST:3306/NAME (write @ : / ? # % in them as %40 %3A ...)"
            case .noHost: "names no host: mysql://USER:PASSWORD@HOST:3306/NAME"
            case .badPort: "has no port number from 1 to 65535 behind the host"
            case .noDatabase: "names no database: mysql://USER:PASSWORD@HOST:3306/NAME, of at most 64 characters"
            case .badEscape: "has a % that is not followed by two hexadecimal digits (write % itself as %25)"
            case .unknownOption(let name):
                "has the unknown option \"\(name)\"; there are pool, timeout, connect_timeout, ssl_mode and ssl_ca"
            case .badOption(let name, let wants): "\(name) must be \(wants)"
            }
        }
    }

    /// Reads `mysql://user:password@host:port/name?pool=4&timeout=5&connect_timeout=3&ssl_mode=required&ssl_ca=/ca.pem`.
    public init(url: String) throws(URLError) {
        guard url.hasPrefix("mysql://") else { throw .notMySQL }
        let text = url.dropFirst(8)
        guard !text.contains("#") else { throw .badEscape }
        let (address, query) = text.cut(at: text.firstIndex(of: "?"))
        let (authority, path) = address.cut(at: address.firstIndex(of: "/"))
        guard let at = authority.lastIndex(of: "@") else { throw .noUser }
        let (user, password) = authority[..<at].cut(at: authority[..<at].firstIndex(of: ":"))
        let place = authority[authority.index(after: at)...]
        let (host, port) = try Self.place(place)
        let name = try Self.decode(path ?? "")
        guard !user.isEmpty else { throw .noUser }
        guard !name.isEmpty, name.count <= 64, !name.contains("/") else { throw .noDatabase }
        self.init(
            host: host, port: port, user: try Self.decode(user), password: Secret(try Self.decode(password ?? "")),
            database: name)
        for option in (query ?? "").split(separator: "&") {
            let (key, value) = option.cut(at: option.firstIndex(of: "="))
            try set(String(key), try Self.decode(value ?? ""))
        }
    }

    private mutating func set(_ option: String, _ value: String) throws(URLError) {
        func number(_ range: ClosedRange<Int>) throws(URLError) -> Int {
            guard let number = Int(value), range.contains(number) else {
                throw .badOption(option, wants: "a number from \(range.lowerBound) to \(range.upperBound)")
            }
            return number
        }
        switch option {
        case "pool": pool = try number(1...64)
        case "timeout": timeout = .seconds(try number(1...3600))
        case "connect_timeout": connectTimeout = .seconds(try number(1...60))
        case "ssl_mode":
            guard let mode = TLS(rawValue: value) else {
                throw .badOption(option, wants: TLS.allCases.map(\.rawValue).joined(separator: ", "))
            }
            tls = mode
        case "ssl_ca":
            guard !value.isEmpty else { throw .badOption(option, wants: "the path of a PEM file") }
            authorities = value
            // Whoever names an authority wants it asked.
            if tls == .preferred { tls = .verifyIdentity }
        default: throw .unknownOption(String(option.prefix(40)))
        }
    }

    private static func place(_ text: Substring) throws(URLError) -> (host: String, port: UInt16) {
        var host = text
        var rest: Substring?
        if text.hasPrefix("["), let end = text.firstIndex(of: "]") {
            host = text[text.index(after: text.startIndex)..<end]
            let behind = text[text.index(after: end)...]
            guard behind.isEmpty || behind.hasPrefix(":") else { throw .badPort }
            rest = behind.isEmpty ? nil : behind.dropFirst()
        } else {
            (host, rest) = text.cut(at: text.firstIndex(of: ":"))
        }
        guard !host.isEmpty else { throw .noHost }
        guard let rest else { return (try decode(host), 3306) }
        guard let port = UInt16(rest), port > 0 else { throw .badPort }
        return (try decode(host), port)
    }

    private static func decode(_ text: Substring) throws(URLError) -> String {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = rest.popFirst().flatMap({ Character(UnicodeScalar($0)).hexDigitValue }),
                let low = rest.popFirst().flatMap({ Character(UnicodeScalar($0)).hexDigitValue })
            else { throw .badEscape }
            bytes.append(UInt8(high << 4 | low))
        }
        // A zero byte would end the text early in the client library.
        guard let text = String(validating: bytes, as: UTF8.self), !bytes.contains(0) else { throw .badEscape }
        return text
    }
}

extension Substring {
    /// What is before and behind the character at `index`.
    fileprivate func cut(at index: Index?) -> (Substring, Substring?) {
        guard let index else { return (self, nil) }
        return (self[..<index], self[self.index(after: index)...])
    }
}
