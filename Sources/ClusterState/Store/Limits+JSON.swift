public import GatewayTypes
public import JSON
internal import SQLDatabase

/// Limits as configuration, admin API and store write them: an object with the names of `LimitKind`, money as a decimal
/// string, nothing said where there is no limit.
extension Limits {
    public func write(to json: inout JSONWriter) {
        json.object { json in
            for (kind, count) in counts where count != nil { json.some(kind.rawValue, count) }
            if let perDay { json.member(LimitKind.usdPerDay.rawValue, perDay.description) }
            if let perMonth { json.member(LimitKind.usdPerMonth.rawValue, perMonth.description) }
        }
    }

    var jsonText: String { String(decoding: JSONWriter.bytes { write(to: &$0) }, as: UTF8.self) }

    /// Null and absent mean no limit; money may be a number or a string.
    /// - Throws: `invalid`, naming the field as `limits.NAME`.
    public init(json: JSONValue) throws(ControlStoreError) {
        self.init()
        guard !json.isNull else { return }
        guard json.kind == .object else { throw .invalid(field: "limits", message: "must be an object") }
        for (name, value) in json.members {
            guard let kind = LimitKind(rawValue: name) else {
                throw .invalid(field: "limits.\(name)", message: "is not a limit")
            }
            if value.isNull { continue }
            if kind.isMoney {
                let text = value.kind == .number ? String(decoding: value.raw, as: UTF8.self) : value.string
                guard let amount = text.flatMap({ USD($0) }), amount >= .zero else {
                    throw .invalid(field: "limits.\(name)", message: "must be an amount of USD, 0 or more")
                }
                if kind == .usdPerDay { perDay = amount } else { perMonth = amount }
            } else {
                guard let count = value.int, count >= 0 else {
                    throw .invalid(field: "limits.\(name)", message: "must be a whole number, 0 or more")
                }
                set(kind, count)
            }
        }
    }

    init(stored text: String) throws(ControlStoreError) {
        guard let json = try? JSONValue.parse(Array(text.utf8)) else {
            throw .unavailable(.misuse("limits in the store are no JSON"))
        }
        try self.init(json: json)
    }

    private var counts: [(LimitKind, Int?)] {
        [
            (.requestsPerMinute, requestsPerMinute), (.requestsPerDay, requestsPerDay),
            (.tokensPerMinute, tokensPerMinute), (.tokensPerDay, tokensPerDay),
            (.concurrentRequests, concurrentRequests),
        ]
    }

    private mutating func set(_ kind: LimitKind, _ count: Int) {
        switch kind {
        case .requestsPerMinute: requestsPerMinute = count
        case .requestsPerDay: requestsPerDay = count
        case .tokensPerMinute: tokensPerMinute = count
        case .tokensPerDay: tokensPerDay = count
        case .concurrentRequests: concurrentRequests = count
        case .usdPerDay, .usdPerMonth: break
        }
    }
}
