internal import ClusterState
internal import GatewayTypes
internal import JSON
internal import Telemetry

/// The fields of a body. Reading goes on past what is wrong, so that `check` can name all of it at once.
struct BodyFields {
    typealias Read<Value> = (_ json: JSONValue, _ field: String) throws(FieldFault) -> Value

    private let json: JSONValue
    private var faults: [FieldFault] = []

    init(_ json: JSONValue, allowed: Set<String>) {
        self.json = json
        for (name, _) in json.members where !allowed.contains(name) {
            faults.append(FieldFault(field: name, message: "is not a field of this resource"))
        }
    }

    var isEmpty: Bool { json.count == 0 }

    func has(_ field: String) -> Bool { json[field] != nil }

    /// - Returns: `nil` also for what is wrong; nothing may be done with it before `check`.
    mutating func required<Value>(_ field: String, _ read: Read<Value>) -> Value? {
        guard let value = json[field], !value.isNull else {
            faults.append(FieldFault(field: field, message: "is missing"))
            return nil
        }
        return noting { () throws(FieldFault) in try read(value, field) }
    }

    /// `nil` for absent and null.
    mutating func optional<Value>(_ field: String, _ read: Read<Value>) -> Value? {
        guard let value = json[field], !value.isNull else { return nil }
        return noting { () throws(FieldFault) in try read(value, field) }
    }

    /// What a PATCH says of a field that always has a value.
    mutating func change<Value>(_ field: String, _ read: Read<Value>) -> Change<Value> {
        guard let value = json[field] else { return .keep }
        return noting { () throws(FieldFault) in try read(value, field) }.map(Change.set) ?? .keep
    }

    /// What a PATCH says of a field that null takes the value from.
    mutating func nullableChange<Value>(_ field: String, _ read: Read<Value>) -> Change<Value?> {
        guard let value = json[field] else { return .keep }
        if value.isNull { return .set(nil) }
        return noting { () throws(FieldFault) in try read(value, field) }.map { .set($0) } ?? .keep
    }

    mutating func refuse(_ field: String, _ message: String) {
        faults.append(FieldFault(field: field, message: message))
    }

    /// - Throws: `invalid` with everything that was wrong.
    func check() throws(Problem) {
        if !faults.isEmpty { throw .invalid(faults) }
    }

    private mutating func noting<Value>(_ read: () throws(FieldFault) -> Value) -> Value? {
        do throws(FieldFault) {
            return try read()
        } catch {
            faults.append(error)
            return nil
        }
    }
}

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

    /// Null means none.
    static func limits(_ json: JSONValue, _ field: String) throws(FieldFault) -> Limits {
        do throws(ControlStoreError) {
            return try Limits(json: json)
        } catch .invalid(let name, let message) {
            throw FieldFault(field: name, message: message)
        } catch { throw FieldFault(field: field, message: "cannot be read") }
    }
}
