internal import ClusterState
internal import HTTPTypes
internal import Telemetry

/// The parameters of a query, each at most once.
struct Query: Sendable {
    static let mostRows = 1000

    private var values: [String: String] = [:]

    /// - Parameter allowed: every parameter that there may be.
    init(_ text: String?, allowed: Set<String>) throws(Problem) {
        var faults: [FieldFault] = []
        for pair in (text ?? "").split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let plain = parts.map { PercentEncoding.decode($0, plusIsSpace: true) }
            guard let name = plain[0], let value = plain.count == 2 ? plain[1] : "" else {
                faults.append(FieldFault(field: String(parts[0]), message: "is not percent-encoded UTF-8"))
                continue
            }
            if !allowed.contains(name) {
                faults.append(FieldFault(field: name, message: "is not a parameter of this path"))
            } else if values.updateValue(value, forKey: name) != nil {
                faults.append(FieldFault(field: name, message: "is there twice"))
            }
        }
        if !faults.isEmpty { throw .invalid(faults) }
    }

    /// `nil` for absent and empty.
    subscript(name: String) -> String? { values[name].flatMap { $0.isEmpty ? nil : $0 } }

    func int(_ name: String) throws(Problem) -> Int? {
        guard let text = self[name] else { return nil }
        guard let number = Int(text) else { throw Self.invalid(name, "must be a whole number") }
        return number
    }

    /// Unix milliseconds.
    func time(_ name: String) throws(Problem) -> Int64? {
        guard let text = self[name] else { return nil }
        // A space can only be the plus of an offset that was not escaped.
        let plain = String(text.map { $0 == " " ? "+" : $0 })
        guard let time = RFC3339.milliseconds(from: plain) else {
            throw Self.invalid(name, "must be a time as in RFC 3339, like 2027-01-31T12:00:00Z")
        }
        return Int64(time)
    }

    func choice<Value: RawRepresentable<String> & CaseIterable>(_ name: String) throws(Problem) -> Value? {
        guard let text = self[name] else { return nil }
        guard let value = Value(rawValue: text) else {
            throw Self.invalid(name, "must be one of " + Value.allCases.map(\.rawValue).joined(separator: ", "))
        }
        return value
    }

    /// How many rows a page may have.
    func limit(default usual: Int = 100) throws(Problem) -> Int {
        guard let limit = try int("limit") else { return usual }
        guard (1...Self.mostRows).contains(limit) else {
            throw Self.invalid("limit", "must be between 1 and \(Self.mostRows)")
        }
        return limit
    }

    static func invalid(_ name: String, _ message: String) -> Problem {
        .invalid([FieldFault(field: name, message: message)])
    }
}
