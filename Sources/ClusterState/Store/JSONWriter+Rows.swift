public import GatewayTypes
public import JSON
internal import Telemetry

/// How rows write times, money, lists and limits.
extension JSONWriter {
    /// RFC 3339 in UTC.
    /// - Parameter time: Unix milliseconds.
    public mutating func member(_ key: String, time: Int64?) {
        member(key, orNull: time.map { RFC3339.string(from: Int($0)) })
    }

    /// A decimal string, or null where no price is known.
    public mutating func member(_ key: String, money: USD?) { member(key, orNull: money?.description) }

    public mutating func member(_ key: String, strings: [String]) {
        member(key, array: { array in for text in strings { array.string(text) } })
    }

    public mutating func member(_ key: String, limits: Limits) {
        self.key(key)
        limits.write(to: &self)
    }
}
