import TestServers
import Testing

/// Runs every test of a suite on SQLite and again on MariaDB: `Node()` opens `TestDatabase.current`.
struct OnBothDatabases: SuiteTrait, TestTrait, TestScoping {
    var isRecursive: Bool { true }

    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        for kind in TestDatabase.allCases {
            try await TestDatabase.$current.withValue(kind) { try await function() }
        }
    }
}

extension Trait where Self == OnBothDatabases {
    static var onBothDatabases: OnBothDatabases { OnBothDatabases() }
}
