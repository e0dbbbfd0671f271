internal import Glibc

/// The proxies that the environment names, by the rules of curl(1), read once when the client is made: a look at the
/// environment is not safe while another thread changes it, and libcurl would take one for every request.
struct ProxyEnvironment {
    /// For `http` and `https` URLs; empty means none, also to libcurl.
    let clear: String
    let secure: String
    /// Hosts to reach without a proxy. Where the environment is silent, this machine's own names.
    let exceptions: String

    /// - Parameter lookUp: the value of an environment variable.
    init(_ lookUp: (String) -> String? = Self.variable) {
        func first(_ names: String...) -> String? {
            for name in names { if let value = lookUp(name), !value.isEmpty { return value } }
            return nil
        }
        let any = first("all_proxy", "ALL_PROXY")
        // Never HTTP_PROXY in capitals: a CGI program gets it from a request header.
        clear = first("http_proxy") ?? any ?? ""
        secure = first("https_proxy", "HTTPS_PROXY") ?? any ?? ""
        exceptions = lookUp("no_proxy") ?? lookUp("NO_PROXY") ?? "localhost,127.0.0.1,::1"
    }

    /// Whether an `http` URL to `host` surely goes past every proxy. What this does not understand (a range of addresses)
    /// is libcurl's to decide.
    func isCertainlyDirect(_ host: String) -> Bool {
        guard !clear.isEmpty else { return true }
        let host = host.lowercased()
        return exceptions.lowercased().split { $0 == "," || $0 == " " }.contains { entry in
            let name = entry.drop { $0 == "." }
            return entry == "*" || host == name || host.hasSuffix(".\(name)")
        }
    }

    private static func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
}
