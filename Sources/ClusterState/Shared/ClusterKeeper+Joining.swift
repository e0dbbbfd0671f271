internal import EventLoop
internal import RedisClient

extension ClusterKeeper {
    /// Runs `body` in a task of the keeper's loop: what it calls then never leaves the loop on its way.
    @discardableResult
    nonisolated func onLoop<Result: Sendable>(
        _ body: @escaping @Sendable (ClusterKeeper) async -> Result
    ) async -> Result {
        await Task(executorPreference: loop) { await body(self) }.value
    }

    /// Waits until Redis can be asked.
    /// - Throws: at once where waiting will not help, else after some seconds.
    func connect() async throws(ClusterError) {
        let end = RedisClock.monotonic() + 5000
        while true {
            switch await client.state {
            case .up: return
            case .down(let outage):
                guard outage.isTemporary else { throw .wrongSettings("\(outage)") }
                guard RedisClock.monotonic() < end else { throw .unreachable("\(outage)") }
            }
            loop.checkIsolated()
            try? await loop.sleep(for: .milliseconds(20))
        }
    }

    func isTold(within limit: Duration) async -> Bool {
        let end = ContinuousClock.now + limit
        while ContinuousClock.now < end {
            if cluster.isOn { return true }
            try? await loop.sleep(for: .milliseconds(5))
        }
        return cluster.isOn
    }

    func applied(_ version: Int) { me.configurationVersion = version }
}

extension RedisOutage {
    /// Whether it may pass by itself; else somebody must correct the settings.
    fileprivate var isTemporary: Bool {
        switch self {
        case .connecting, .unknownHost, .unreachable, .silent, .cut, .noSentinel: true
        case .refusing(let code, _): code != "NOPERM" && code != "MOVED"
        case .tls, .wrongPassword, .passwordMissing, .noSuchDatabase, .notRedis, .unknownMaster: false
        }
    }
}
