import GatewayTypes
import RedisClient
import Testing

@testable import ClusterState

@Suite(.timeLimit(.minutes(5))) struct SharedCooldownsTests {
    private let nodes: CooldownNodes
    private let model = CooldownKey.providerModel(provider: "p", model: "a model/with: spaces")
    private let credential = CooldownKey.credential(provider: "p", credential: "c")

    init() throws { nodes = try CooldownNodes() }

    private func open(_ key: CooldownKey, on node: CooldownNodes.Node, for length: Duration) {
        for _ in 0..<3 { node.cooldowns.fault(key, base: length) }
    }

    @Test("What one node cools rests on the others, with its reason, and a longer rest always wins")
    func cooling() async throws {
        let (a, b) = (try await nodes.add("a"), try await nodes.add("b"))
        a.cooldowns.cool(credential, for: .seconds(60), reason: .quota)
        try await until { b.cooldowns.until(credential) != nil }
        b.cooldowns.cool(credential, for: .seconds(5), reason: .rateLimit)
        b.cooldowns.cool(model, for: .seconds(30), reason: .operatorAsked)
        try await until { a.cooldowns.until(model) != nil }
        for node in [a, b] {
            let list = node.cooldowns.list()
            #expect(list.map(\.key) == [model, credential])
            #expect(list.map(\.reason) == [.operatorAsked, .quota])
        }
        let ends = [a, b].map { $0.cooldowns.until(credential) ?? 0 }
        #expect(abs(ends[0] - ends[1]) < 2000)
        await nodes.end(a, b)
    }

    @Test("Clearing one, or all, is for every node")
    func clearing() async throws {
        let (a, b) = (try await nodes.add("a"), try await nodes.add("b"))
        a.cooldowns.cool(credential, for: .seconds(60), reason: .quota)
        open(model, on: a, for: .seconds(20))
        try await until { b.cooldowns.list().count == 2 }
        b.cooldowns.clear(model)
        try await until { a.cooldowns.until(model) == nil }
        #expect(await a.cooldowns.begin(model) == .free)
        #expect(a.cooldowns.until(credential) != nil)
        b.cooldowns.clearAll()
        try await until { a.cooldowns.list().isEmpty }
        await nodes.end(a, b)
    }

    @Test("Faults in a row are each node's own, the breaker that they open is everyone's")
    func breaker() async throws {
        let (a, b) = (try await nodes.add("a"), try await nodes.add("b"))
        a.cooldowns.fault(model, base: .seconds(20))
        a.cooldowns.fault(model, base: .seconds(20))
        b.cooldowns.fault(model, base: .seconds(20))
        for node in [a, b] { #expect(await node.cooldowns.begin(model) == .free) }
        a.cooldowns.fault(model, base: .seconds(20))
        try await until { b.cooldowns.until(model) != nil }
        #expect(b.cooldowns.list().map(\.reason) == [.faults])
        guard case .resting = await b.cooldowns.begin(model) else {
            Issue.record("tried while it rests")
            return
        }
        await nodes.end(a, b)
    }

    @Test("After the rest exactly one of all nodes probes, however many ask at once", arguments: 0..<3)
    func oneProbe(round: Int) async throws {
        let all = [try await nodes.add("a"), try await nodes.add("b"), try await nodes.add("c")]
        open(model, on: all[round % 3], for: .seconds(2))
        try await until { all.allSatisfy { $0.cooldowns.until(model) != nil } }
        try await until { all.allSatisfy { $0.cooldowns.until(model) == nil } }
        let permits = await withTaskGroup(of: BreakerPermit.self) { group in
            for _ in 0..<20 { for node in all { group.addTask { await node.cooldowns.begin(model) } } }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(permits.count { $0 == .probe } == 1)
        #expect(permits.allSatisfy { $0 != .free })
        for node in all { await nodes.end(node) }
    }

    @Test("The probe's success frees every node, its fault makes all of them rest for twice as long")
    func probeEnds() async throws {
        let (a, b) = (try await nodes.add("a"), try await nodes.add("b"))
        open(model, on: a, for: .seconds(2))
        try await until { b.cooldowns.until(model) != nil }
        try await until { a.cooldowns.until(model) == nil && b.cooldowns.until(model) == nil }
        #expect(await b.cooldowns.begin(model) == .probe)
        try await until { a.cooldowns.until(model) != nil }
        b.cooldowns.fault(model, base: .seconds(2))
        let rest = try #require(b.cooldowns.list().first).until
        try await until { abs((a.cooldowns.until(model) ?? 0) - rest) < 1000 }
        try await until { a.cooldowns.until(model) == nil && b.cooldowns.until(model) == nil }
        #expect(await a.cooldowns.begin(model) == .probe)
        a.cooldowns.success(model)
        try await until { await b.cooldowns.begin(model) == .free }
        #expect(await a.cooldowns.begin(model) == .free)
        await nodes.end(a, b)
    }

    @Test("A probe that found out nothing is given back to any node")
    func releasedProbe() async throws {
        let (a, b) = (try await nodes.add("a"), try await nodes.add("b"))
        open(model, on: a, for: .seconds(2))
        try await until { b.cooldowns.until(model) != nil }
        try await until { a.cooldowns.until(model) == nil && b.cooldowns.until(model) == nil }
        #expect(await a.cooldowns.begin(model) == .probe)
        try await until { b.cooldowns.until(model) != nil }
        b.cooldowns.release(model)  // a straggler of b, which has no probe to give back
        a.cooldowns.release(model)
        try await until { await b.cooldowns.begin(model) == .probe }
        await nodes.end(a, b)
    }

    @Test("A node that starts later knows what rests")
    func lateNode() async throws {
        let a = try await nodes.add("a")
        a.cooldowns.cool(credential, for: .seconds(60), reason: .authentication)
        open(model, on: a, for: .seconds(20))
        try await a.client.command(["PING"])
        let b = try await nodes.add("b")
        try await until { b.cooldowns.list().count == 2 }
        #expect(b.cooldowns.list().map(\.reason) == [.faults, .authentication])
        await nodes.end(a, b)
    }

    @Test("While Redis is away each node goes on alone, and what it decided is told afterwards")
    func outage() async throws {
        let (a, b) = (try await nodes.add("a"), try await nodes.add("b"))
        a.cooldowns.cool(credential, for: .seconds(60), reason: .quota)
        try await until { b.cooldowns.until(credential) != nil }
        nodes.redis.kill()
        try await until { !a.client.isUp && !b.client.isUp }
        #expect(b.cooldowns.until(credential) != nil)
        open(model, on: b, for: .milliseconds(50))
        try await until { b.cooldowns.until(model) == nil }
        #expect(await b.cooldowns.begin(model) == .probe)
        b.cooldowns.fault(model, base: .seconds(20))
        #expect(a.cooldowns.until(model) == nil)
        nodes.redis.start()
        try await until { a.cooldowns.until(model) != nil }
        // This Redis has lost its memory; the nodes have not.
        let c = try await nodes.add("c")
        try await until { c.cooldowns.list().count == 2 }
        await nodes.end(a, b, c)
    }

    @Test("What another node cleared while this one was cut off is cleared here after")
    func clearedMeanwhile() async throws {
        let (a, b) = (try await nodes.add("a"), try await nodes.add("b"))
        a.cooldowns.cool(credential, for: .seconds(60), reason: .quota)
        try await until { b.cooldowns.until(credential) != nil }
        await b.subscription.close()
        a.cooldowns.clear(credential)
        try await a.client.command(["PING"])
        #expect(b.cooldowns.until(credential) != nil)
        let settings = b.client.settings
        let again = RedisSubscription(loop: nodes.loop, settings: settings)
        await b.cooldowns.start(again)
        try await until { b.cooldowns.until(credential) == nil }
        await again.close()
        await nodes.end(a, b)
    }

    @Test("Keys come back from their text as they were, and nothing else is a key")
    func keys() {
        let names = ["", "a", "1:b", "a b", "ü/é:", "p3:abc"]
        for name in names {
            for key in [
                CooldownKey.credentialModel(provider: name, credential: "c", model: name),
                .credential(provider: "x", credential: name), .providerModel(provider: name, model: "m"),
            ] { #expect(CooldownKey(text: key.text) == key) }
        }
        for text in ["", "p", "p1:a", "c1:a1:", "x1:a1:b", "p1:a9:b", "p-1:a1:b", "m1:a1:b"] {
            #expect(CooldownKey(text: text) == nil)
        }
    }

    @Test("Of what could not be told only the last of each key is kept, in order")
    func untold() {
        var untold = UntoldChanges()
        let reason = CooldownReason.quota
        untold.add(.open(model, until: 9, openings: 1), number: 2)
        untold.add(.close(model), number: 1)
        untold.add(.cool(credential, until: 5, reason: reason), number: 3)
        untold.add(.clear(model), number: 4)
        untold.add(.release(model, probe: "a/1"), number: 5)
        #expect(untold.take().map(\.change) == [.cool(credential, until: 5, reason: reason), .clear(model)])
        #expect(untold.isEmpty)
        untold.add(.cool(credential, until: 5, reason: reason), number: 6)
        untold.add(.clearAll, number: 7)
        untold.add(.cool(model, until: 8, reason: reason), number: 8)
        #expect(untold.take().map(\.change) == [.clearAll, .cool(model, until: 8, reason: reason)])
    }
}
