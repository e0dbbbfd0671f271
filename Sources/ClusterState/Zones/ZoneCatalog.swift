internal import Glibc
internal import Threading

/// The time zones of this machine's zone database, by their IANA names. A zone is read from its file once, when limits that
/// name it are first read: files are small, and a request's limits were read before it is admitted.
public enum ZoneCatalog {
    private static let directory = "/usr/share/zoneinfo/"
    private static let known = Locked<[String: ZoneRules]>([:])

    /// What a field that names an unknown zone is told.
    public static let advice =
        "is no time zone of this machine's zone database: use an IANA name such as Europe/Berlin (Debian package tzdata)"

    public static func isKnown(_ name: String) -> Bool { rules(name) != nil }

    /// `nil` for unknown names. Names of other letter case are unknown: `europe/berlin` finds nothing.
    static func rules(_ name: String) -> ZoneRules? {
        if let rules = known.withLock({ $0[name] }) { return rules }
        guard isName(name), let rules = read(name).flatMap(ZoneFile.rules) ?? builtIn(name) else { return nil }
        known.withLock { $0[name] = rules }
        return rules
    }

    /// UTC needs no database.
    private static func builtIn(_ name: String) -> ZoneRules? {
        name == "UTC" || name == "Etc/UTC" ? ZoneRules(first: 0, transitions: []) : nil
    }

    /// No way out of the directory, and not into the copies beside the zones (`posix/`, `right/`).
    private static func isName(_ name: String) -> Bool {
        let parts = name.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        return name.utf8.count <= 64
            && parts.allSatisfy { part in
                part.first.map { (65...90).contains($0 & 0xDF) } ?? false
                    && part.allSatisfy {
                        (48...57).contains($0) || (65...90).contains($0 & 0xDF) || "+-_".utf8.contains($0)
                    }
            } && !name.hasPrefix("posix") && !name.hasPrefix("right")
    }

    private static func read(_ name: String) -> [UInt8]? {
        let descriptor = open(directory + name, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = Glibc.read(descriptor, &buffer, buffer.count)
        guard count > 0, count < buffer.count else { return nil }
        return Array(buffer[..<count])
    }
}
