internal import ClusterState
internal import GatewayTypes
internal import JSON
internal import Telemetry

/// How rows write what may be missing, times and money.
extension JSONWriter {
    mutating func member(_ key: String, orNull value: String?) {
        self.key(key)
        if let value { string(value) } else { null() }
    }

    mutating func member(_ key: String, orNull value: Int?) {
        self.key(key)
        if let value { int(value) } else { null() }
    }

    /// RFC 3339 in UTC.
    /// - Parameter time: Unix milliseconds.
    mutating func member(_ key: String, time: Int64?) {
        member(key, orNull: time.map { RFC3339.string(from: Int($0)) })
    }

    /// A decimal string, or null where no price is known.
    mutating func member(_ key: String, money: USD?) { member(key, orNull: money?.description) }

    /// Milliseconds, to the microsecond.
    mutating func member(_ key: String, milliseconds duration: Duration?) {
        self.key(key)
        guard let duration else { return null() }
        let (seconds, attoseconds) = duration.components
        double(Double(seconds * 1_000_000 + attoseconds / 1_000_000_000_000) / 1000)
    }

    mutating func member(_ key: String, strings: [String]) {
        member(key, array: { array in for text in strings { array.string(text) } })
    }

    mutating func member(_ key: String, limits: Limits) {
        self.key(key)
        limits.write(to: &self)
    }
}
