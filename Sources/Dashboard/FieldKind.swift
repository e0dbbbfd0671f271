internal import ClusterState
internal import GatewayTypes
internal import JSON
internal import Telemetry

/// What the values of fields may be.
enum FieldKind {
    static func string(_ json: JSONValue, _ field: String) throws(FieldFault) -> String {
        guard let text = json.string else { throw FieldFault(field: field, message: "must be a string") }
        return text
    }

    static func bool(_ json: JSONValue, _ field: String) throws(FieldFault) -> Bool {
        guard let value = json.bool else { throw FieldFault(field: field, message: "must be true or false") }
        return value
    }

    static func strings(_ json: JSONValue, _ field: String) throws(FieldFault) -> [String] {
        let texts = json.elements.compactMap(\.string)
        guard json.kind == .array, texts.count == json.count, !texts.contains("") else {
            throw FieldFault(field: field, message: "must be an array of strings, none of them empty")
        }
        return texts
    }

    static func role(_ json: JSONValue, _ field: String) throws(FieldFault) -> Caller.Role {
        guard let role = json.string.flatMap(Caller.Role.init(rawValue:)) else {
            let names = Caller.Role.allCases.map(\.rawValue).joined(separator: ", ")
            throw FieldFault(field: field, message: "must be one of \(names)")
        }
        return role
    }

    static func scopes(_ json: JSONValue, _ field: String) throws(FieldFault) -> Set<Caller.Scope> {
        let scopes = json.elements.compactMap { $0.string.flatMap(Caller.Scope.init(rawValue:)) }
        guard json.kind == .array, !scopes.isEmpty, scopes.count == json.count else {
            let names = Caller.Scope.allCases.map(\.rawValue).joined(separator: ", ")
            throw FieldFault(field: field, message: "must be an array with one or more of \(names)")
        }
        return Set(scopes)
    }

    /// Unix milliseconds.
    static func time(_ json: JSONValue, _ field: String) throws(FieldFault) -> Int64 {
        guard let time = json.string.flatMap(RFC3339.milliseconds) else {
            throw FieldFault(field: field, message: "must be a time as in RFC 3339, like 2027-01-31T12:00:00Z")
        }
        return Int64(time)
    }

    static func zone(_ json: JSONValue, _ field: String) throws(FieldFault) -> String {
        let zone = try string(json, field)
        guard ZoneCatalog.isKnown(zone) else { throw FieldFault(field: field, message: ZoneCatalog.advice) }
        return zone
    }

    /// Null means none.
    static func limits(_ json: JSONValue, _ field: String) throws(FieldFault) -> Limits {
        do throws(ControlStoreError) {
            return try Limits(json: json)
        } catch .invalid(let name, let message) {
            throw FieldFault(field: name, message: message)
        } catch { throw FieldFault(field: field, message: "cannot be read") }
    }
}
