public import GatewayTypes
public import JSON
internal import SQLDatabase

/// Limits as configuration, admin API and store write them: an object with the names of `LimitKind`, money as a decimal
/// string, nothing said where there is no limit; beside them `zone`, and `on_outage` as one word for all limits or an object
/// with a word for some.
extension Limits {
    public func write(to json: inout JSONWriter) {
        json.object { json in
            for (kind, count) in counts {
                if let count { json.member(kind.rawValue, count) }
            }
            if let perDay { json.member(LimitKind.usdPerDay.rawValue, perDay.description) }
            if let perMonth { json.member(LimitKind.usdPerMonth.rawValue, perMonth.description) }
            if let zone { json.member("zone", zone) }
            writeOutageRules(to: &json)
        }
    }

    var jsonText: String { String(decoding: JSONWriter.bytes { write(to: &$0) }, as: UTF8.self) }

    /// Null and absent mean no limit; money may be a number or a string.
    /// - Throws: `invalid`, naming the field as `limits.NAME`.
    public init(json: JSONValue) throws(ControlStoreError) {
        try self.init(unchecked: json)
        if let zone, !ZoneCatalog.isKnown(zone) { throw .invalid(field: "limits.zone", message: ZoneCatalog.advice) }
    }

    /// What was accepted once stays readable, even when the zone database has lost a zone since.
    init(stored text: String) throws(ControlStoreError) {
        guard let json = try? JSONValue.parse(Array(text.utf8)) else {
            throw .unavailable(.misuse("limits in the store are no JSON"))
        }
        try self.init(unchecked: json)
        // Reads its file here, where waiting is allowed, and not when the first request is admitted.
        if let zone { _ = ZoneCatalog.isKnown(zone) }
    }

    private init(unchecked json: JSONValue) throws(ControlStoreError) {
        self.init()
        guard !json.isNull else { return }
        guard json.kind == .object else { throw .invalid(field: "limits", message: "must be an object") }
        for (name, value) in json.members where !value.isNull {
            switch name {
            case "zone":
                guard let zone = value.string else { throw .invalid(field: "limits.zone", message: "must be a string") }
                self.zone = zone
            case "on_outage": try readOutageRules(value)
            default: try read(name, value)
            }
        }
    }

    private mutating func read(_ name: String, _ value: JSONValue) throws(ControlStoreError) {
        guard let kind = LimitKind(rawValue: name) else {
            throw .invalid(field: "limits.\(name)", message: "is not a limit")
        }
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

/// `on_outage`.
extension Limits {
    private static let outageWords = OutageRule.allCases.map(\.rawValue).joined(separator: ", ")

    private func writeOutageRules(to json: inout JSONWriter) {
        if let common = onOutage.common {
            if common != .share { json.member("on_outage", common.rawValue) }
            return
        }
        json.member(
            "on_outage",
            object: { json in
                for kind in LimitKind.allCases where onOutage[kind] != .share {
                    json.member(kind.rawValue, onOutage[kind].rawValue)
                }
            })
    }

    private mutating func readOutageRules(_ json: JSONValue) throws(ControlStoreError) {
        if json.kind == .string {
            guard let rule = json.string.flatMap(OutageRule.init(rawValue:)) else {
                throw .invalid(field: "limits.on_outage", message: "must be one of \(Self.outageWords)")
            }
            for kind in LimitKind.allCases { onOutage[kind] = rule }
            return
        }
        guard json.kind == .object else {
            throw .invalid(
                field: "limits.on_outage",
                message: "must be one of \(Self.outageWords), or an object that gives limits one of them")
        }
        for (name, value) in json.members where !value.isNull {
            let field = "limits.on_outage.\(name)"
            guard let kind = LimitKind(rawValue: name) else { throw .invalid(field: field, message: "is not a limit") }
            guard let rule = value.string.flatMap(OutageRule.init(rawValue:)) else {
                throw .invalid(field: field, message: "must be one of \(Self.outageWords)")
            }
            onOutage[kind] = rule
        }
    }
}
