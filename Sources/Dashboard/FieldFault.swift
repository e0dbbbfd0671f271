internal import JSON

/// What is wrong with one field of a body or one parameter of a query.
struct FieldFault: Error, Sendable, Equatable {
    /// The name as it was sent; `limits.usd_per_day` for what lies deeper.
    var field: String
    /// What it must be, such as "must be a string".
    var message: String
}

extension FieldFault {
    var sentence: String { "'\(field)' \(message)." }

    func write(to json: inout JSONWriter) {
        json.object {
            $0.member("field", field)
            $0.member("message", message)
        }
    }
}
