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
            let outage: RedisOutage
            switch await client.state {
            case .up:
                guard let refusal = await refusal() else { return }
                outage = refusal
            case .down(let reason):
                outage = reason
                // It was away for the others as well, who may have taken their shares of a window since.
                if reason != .connecting { cluster.lostAll() }
            }
            guard outage.isTemporary else { throw .wrongSettings("\(outage)") }
            guard RedisClock.monotonic() < end else { throw .unreachable("\(outage)") }
            loop.checkIsolated()
            try? await loop.sleep(for: .milliseconds(20))
        }
    }

    /// Why Redis, which answers, does not do what it is asked. Nothing is left of the question.
    private func refusal() async -> RedisOutage? {
        do throws(RedisError) {
            try await client.run(Self.trial, keys: [SharedKeys.trial(cluster.epoch)])
            loop.checkIsolated()
            try await client.command(["PUBLISH", .text(SharedKeys.channel), ""])
            return nil
        } catch .refused(let code, let message) {
            return .refusing(code: code, message: message)
        } catch { return nil }  // away again: that is told otherwise
    }

    /// Writes, as all that follows does.
    private static let trial = RedisScript(
        "redis.call('SET', KEYS[1], '1', 'PX', 1000) return redis.call('DEL', KEYS[1])")

    func isTold(within limit: Duration) async -> Bool {
        let end = ContinuousClock.now + limit
        while ContinuousClock.now < end {
            if cluster.isOn { return true }
            try? await loop.sleep(for: .milliseconds(5))
        }
        return cluster.isOn
    }
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
