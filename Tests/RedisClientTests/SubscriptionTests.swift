import EventLoop
import Testing

@testable import RedisClient

@Suite("Redis subscriptions", .timeLimit(.minutes(5)))
struct SubscriptionTests {
    private let server = RedisServer()

    private func withSubscription(_ body: (RedisSubscription, RedisClient) async throws -> Void) async throws {
        let loop = try EventLoop.start(name: "redis")
        defer { loop.stop() }
        let settings = try RedisSettings(url: server.url)
        let subscription = RedisSubscription(loop: loop, settings: settings)
        let client = RedisClient(loop: loop, settings: settings)
        try await body(subscription, client)
        await subscription.close()
        await client.close()
    }

    @Test("Messages arrive in order, each at the handlers of its channel")
    func order() async throws {
        try await withSubscription { subscription, client in
            let (first, second, resumed) = (Journal<[UInt8]>(), Journal<[UInt8]>(), Journal<Bool>())
            await subscription.subscribe("sy:one") { first.add($0) }
            await subscription.subscribe("sy:two") { second.add($0) }
            await subscription.subscribe("sy:two") { second.add($0) }
            await subscription.onResume { resumed.add(true) }
            await resumed.first { $0 }
            for number in 0..<200 { client.submit(["PUBLISH", "sy:one", .integer(number)]) }
            client.submit(["PUBLISH", "sy:two", .bytes([0, 255])])
            await second.first { $0 == [0, 255] }
            #expect(first.all.map { String(decoding: $0, as: UTF8.self) } == (0..<200).map(String.init))
            await client.outcome(["PING"])
            #expect(second.all == [[0, 255], [0, 255]])
        }
    }

    @Test("A channel may be added while others are listened to")
    func late() async throws {
        try await withSubscription { subscription, client in
            let (messages, resumed) = (Journal<[UInt8]>(), Journal<Bool>())
            await subscription.onResume { resumed.add(true) }
            await subscription.subscribe("sy:one") { messages.add($0) }
            await resumed.first { $0 }
            let seen = resumed.all.count
            await subscription.subscribe("sy:late") { messages.add($0) }
            await resumed.first(after: seen) { $0 }
            try await client.command(["PUBLISH", "sy:late", "x"])
            await messages.first { $0 == Array("x".utf8) }
        }
    }

    @Test("A cut is told, and after it every channel is listened to again")
    func cut() async throws {
        try await withSubscription { subscription, client in
            let (messages, resumed, cuts) = (Journal<[UInt8]>(), Journal<Bool>(), Journal<RedisOutage>())
            await subscription.subscribe("sy:one") { messages.add($0) }
            await subscription.subscribe("sy:two") { messages.add($0) }
            await subscription.onCut { cuts.add($0) }
            await subscription.onResume { resumed.add(true) }
            await resumed.first { $0 }
            try await client.command(["CLIENT", "KILL", "TYPE", "PUBSUB"])
            await cuts.first { _ in true }
            await resumed.first(after: 1) { $0 }
            try await client.command(["PUBLISH", "sy:two", "again"])
            await messages.first { $0 == Array("again".utf8) }
        }
    }

    @Test("A frozen server is noticed without a message, and its return too")
    func frozen() async throws {
        try await withSubscription { subscription, _ in
            let (resumed, cuts) = (Journal<Bool>(), Journal<RedisOutage>())
            await subscription.subscribe("sy:one") { _ in }
            await subscription.onCut { cuts.add($0) }
            await subscription.onResume { resumed.add(true) }
            await resumed.first { $0 }
            server.freeze()
            #expect(await cuts.first { _ in true } == .silent(RedisEndpoint(host: "127.0.0.1", port: server.port)))
            server.thaw()
            await resumed.first(after: 1) { $0 }
        }
    }
}
