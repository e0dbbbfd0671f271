internal import RedisClient

/// The bell of nodes that share a Redis: a channel. Redis keeps no message for those who are away, so whoever comes (back) to the
/// channel is rung too.
final class RedisBell: ConfigurationBell {
    private let keeper: ClusterKeeper

    init(_ keeper: ClusterKeeper) { self.keeper = keeper }

    func ring(_ version: Int) {
        keeper.client.submit(["PUBLISH", .text(SharedKeys.bell), .integer(version)])
    }

    func onRing(_ body: @escaping @Sendable () -> Void) async {
        await keeper.onLoop { keeper in
            await keeper.subscription.subscribe(SharedKeys.bell) { _ in body() }
            await keeper.subscription.onResume(body)
        }
    }
}
