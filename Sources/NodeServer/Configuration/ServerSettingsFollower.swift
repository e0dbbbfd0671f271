internal import Threading

/// Lets the servers know that their settings have changed. There are settings before there are servers.
final class ServerSettingsFollower: Sendable {
    typealias Apply = @Sendable () async -> Void

    private let apply = Locked<Apply?>(nil)

    /// - Parameter body: reads what the settings are when it runs, so that of two changes the later one stays.
    func follow(_ body: @escaping Apply) {
        apply.withLock { $0 = body }
        note()
    }

    func note() {
        guard let body = apply.withLock({ $0 }) else { return }
        Task { await body() }
    }
}
