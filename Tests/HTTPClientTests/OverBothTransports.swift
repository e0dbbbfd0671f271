import Testing

@testable import HTTPClient

/// Runs each test of a suite twice: over our own transport and over libcurl. What a caller sees must not tell them apart.
struct OverBothTransports: TestTrait, SuiteTrait, TestScoping {
    @TaskLocal static var transports = HTTPClient.Transports.both

    /// Whether clear text goes over libcurl in the test that runs.
    static var isLibcurl: Bool { transports == .libcurlOnly }

    var isRecursive: Bool { true }

    @concurrent
    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable @concurrent () async throws -> Void
    ) async throws {
        for transports in [HTTPClient.Transports.both, .libcurlOnly] {
            try await Self.$transports.withValue(transports, operation: function)
        }
    }
}

extension Trait where Self == OverBothTransports {
    static var overBothTransports: Self { Self() }
}
