internal import JSON

/// What has a row in the audit log when it changes. `write` tells no secret.
protocol Audited {
    static var changeKind: ChangeKind { get }
    var changeObject: String { get }
    func write(to json: inout JSONWriter)
}

/// A change as its transaction describes it; number, time and author are added where it is written.
struct ChangeDraft: Sendable {
    var action: ChangeAction
    var kind: ChangeKind
    var object: String
    /// JSON objects without secrets.
    var before: String?
    var after: String?

    init(_ action: ChangeAction, _ kind: ChangeKind, _ object: String, before: String? = nil, after: String? = nil) {
        self.action = action
        self.kind = kind
        self.object = object
        self.before = before
        self.after = after
    }

    init<Row: Audited>(created row: Row) {
        self.init(.create, Row.changeKind, row.changeObject, after: Self.text(row))
    }

    init<Row: Audited>(deleted row: Row) {
        self.init(.delete, Row.changeKind, row.changeObject, before: Self.text(row))
    }

    /// - Parameter secrets: fields that have changed and are never shown.
    init<Row: Audited>(
        _ action: ChangeAction = .update, from old: Row, to new: Row, secrets: [String] = []
    ) {
        self.init(
            action, Row.changeKind, new.changeObject, before: Self.text(old), after: Self.text(new, secrets: secrets))
    }

    private static func text(_ row: some Audited, secrets: [String] = []) -> String {
        let bytes = JSONWriter.bytes {
            $0.object { json in
                row.write(to: &json)
                for name in secrets { json.member(name, "[changed]") }
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// What a transaction has done, and how the audit log tells it.
struct Written<Value: Sendable>: Sendable {
    var value: Value
    var change: ChangeDraft

    init(_ value: Value, _ change: ChangeDraft) {
        self.value = value
        self.change = change
    }
}
