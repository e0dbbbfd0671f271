internal import ClusterState
internal import JSON

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
