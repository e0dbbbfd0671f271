/// A write may name the versions of the row that it is meant for (`If-Match`): of any other it changes nothing.
extension ControlStore {
    /// - Parameters:
    ///   - version: of the row that is to be written; `nil` when there is none.
    ///   - expected: `nil` for a write that does not care.
    static func refusal(of version: Int?, unless expected: [Int]?) -> ControlStoreError? {
        guard let expected, version.map(expected.contains) != true else { return nil }
        return .changed(to: version)
    }
}

/// A row that knows the number of the change that made it what it is.
protocol Versioned {
    var version: Int { get set }
}

extension StoredUser: Versioned {}
extension StoredToken: Versioned {}

extension Written where Value: Versioned {
    /// The row as it is with the change of that number.
    init(_ row: Value, _ change: ChangeDraft, version number: Int) {
        self.init(row, change)
        value.version = number
    }
}
