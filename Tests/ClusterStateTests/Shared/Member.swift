import EventLoop
import GatewayTypes
import RedisClient
import SQLDatabase
import Telemetry
import Testing
import Threading

@testable import ClusterState

/// A node of a cluster as far as limits go: two loops, a journal and a database of its own.
final class Member: Sendable {
    let node: Node
    let cluster: Cluster
    let loops: [EventLoop]
    let limits: [SharedLimits]

    /// Errors show in the tests' output.
    private static let log = Log(level: .error, sink: LogSink.start()!)

    let name: String

    /// - Parameters:
    ///   - database: one that nodes share; `nil` for one of its own.
    ///   - interval: how long the node collects the rows that it writes itself.
    ///   - startedAt: by its own clock.
    init(
        _ redis: ThrowawayRedis, name: String, timing: ClusterTiming = ClusterTiming(),
        database: SharedDatabase? = nil, interval: Duration = .milliseconds(20),
        startedAt: Int64 = ClusterStateTests.wallClock(), in directory: TemporaryDirectory = TemporaryDirectory()
    ) async throws {
        self.name = name
        node = try await Node(in: directory, shared: database, interval: interval)
        await node.ledger.recover()
        cluster = try await Cluster.join(
            redis.settings, name: name, wallClock: startedAt, ledger: node.ledger,
            tiers: node.store.configuredTiers, log: Self.log, timing: timing)
        loops = try (0..<2).map { try EventLoop.start(name: "\(name)-\($0)") }
        var limits: [SharedLimits] = []
        for loop in loops { limits.append(await cluster.limits(on: loop)) }
        self.limits = limits
        try await cluster.start()
        // The mover looks once by itself when it starts. Behind this that is over, and a test may fill streams that nobody moves.
        await cluster.keeper.onLoop { [cluster] _ in _ = await cluster.mover.moveOnce() }
    }

    deinit { for loop in loops { loop.stop() } }

    /// Runs `body` on one of the loops, with its limits.
    func on<Result: Sendable>(
        loop number: Int = 0, _ body: @escaping @Sendable (SharedLimits) async -> Result
    ) async -> Result {
        let limits = limits[number % limits.count]
        return await Task(executorPreference: loops[number % loops.count]) { await body(limits) }.value
    }

    /// Lets a request in and settles it at once as it was reserved.
    /// - Returns: why not.
    func request(
        _ number: Int, user: String, _ subjects: [LimitSubject],
        _ reservation: Reservation = Reservation(tokens: 10, cost: nil)
    ) async -> GatewayError? {
        await on(loop: number) { [name] limits in
            do throws(GatewayError) {
                let record = opening(Self.next(), user: user, time: wallClock(), node: name)
                let hold = try await limits.admit(record, subjects: subjects, reservation: reservation)
                var end = finished(record, completionTokens: reservation.tokens - 10, cost: reservation.cost)
                end.usage.cachedTokens = nil
                hold.settle(end)
                return nil
            } catch { return error }
        }
    }

    private static let latest = Locked(0)

    /// No two requests have one id.
    private static func next() -> Int {
        latest.withLock { number in
            number += 1
            return number
        }
    }

    /// What this node knows of a user.
    func counter(_ user: String) -> SharedCounter? {
        cluster.cluster.shards[SharedKeys.shard(ofUser: user)].withLock {
            $0.counter(of: LimitLedger.Owner(kind: .user, id: user))
        }
    }

    /// Lets `count` requests without limits in, one after another.
    func requests(_ count: Int, user: String = "any") async {
        for number in 0..<count { #expect(await request(number, user: user, []) == nil) }
        await untilSettled()
    }

    /// Rows in the streams of all shards.
    func inStream() async -> Int {
        await cluster.keeper.onLoop { keeper in
            var count = 0
            for shard in 0..<SharedKeys.shardCount {
                let reply = try? await keeper.client.command(["XLEN", .text(SharedKeys.usage(shard))])
                count += reply?.asInteger ?? 0
            }
            return count
        }
    }

    /// Whether this node has no row to take out of a stream.
    var isClean: Bool { node.ledger.streamed.withLock { $0.isEmpty } }

    func rowCount() async -> Int { (try? await node.rows().count) ?? -1 }

    /// Until Redis has heard of everything that ended here.
    func untilSettled() async {
        for _ in 0..<30_000 where cluster.cluster.shards.contains(where: { $0.withLock { $0.inFlight } > 0 }) {
            try? await Task.sleep(for: .milliseconds(1))
        }
    }

    /// Until Redis is asked about every request again.
    func untilShared() async {
        for _ in 0..<6000 where !cluster.isShared { try? await Task.sleep(for: .milliseconds(5)) }
    }

    /// Waits for what is to become true within seconds, and records when it does not.
    func until(_ holds: (Member) async -> Bool) async {
        for _ in 0..<12_000 {
            if await holds(self) { return }
            try? await Task.sleep(for: .milliseconds(5))
        }
        Issue.record("it never became true")
    }

    func leave() async {
        await cluster.leave()
        _ = await node.ledger.close()
        await node.database.close()
    }
}

func wallClock() -> Int64 { Int64(WallClock.now()) }

/// A user's subject, and a fresh user each time.
func userSubject(_ user: String, _ change: (inout Limits) -> Void) -> [LimitSubject] {
    [LimitSubject(owner: .user, id: user, limits: limits(change))]
}
