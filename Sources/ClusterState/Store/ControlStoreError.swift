public import SQLDatabase

/// Why the control store refused or failed.
public enum ControlStoreError: Error, Sendable, Equatable {
    case notFound
    /// Another row has this value; `field` is the admin API's name of it.
    case conflict(field: String)
    /// `message` may be shown to the admin who sent the value.
    case invalid(field: String, message: String)
    /// The row is of another version than the caller has seen; `nil` when there is none.
    case changed(to: Int?)
    case unavailable(SQLError)
}

extension ControlStoreError {
    /// Whether it is the program that is wrong, so that asking again does not help.
    public var isFault: Bool {
        switch self {
        case .unavailable(.misuse), .unavailable(.constraint): true
        case .unavailable, .notFound, .conflict, .invalid, .changed: false
        }
    }

    /// Runs `body` and turns the database's errors into the store's.
    static func wrapping<Value>(_ body: () async throws(SQLError) -> Value) async throws(ControlStoreError) -> Value {
        do throws(SQLError) {
            return try await body()
        } catch { throw .unavailable(error) }
    }
}
