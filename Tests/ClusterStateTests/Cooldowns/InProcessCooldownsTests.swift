import GatewayTypes
import Testing

@testable import ClusterState

@Suite struct InProcessCooldownsTests {
    private let clock = TestClock()
    private let model = CooldownKey.providerModel(provider: "p", model: "m")
    private let credential = CooldownKey.credential(provider: "p", credential: "c")

    @Test("A longer cooldown always wins over a shorter one", arguments: [[30, 5], [5, 30], [5, 30, 10]])
    func longerWins(seconds: [Int]) {
        let cooldowns = InProcessCooldowns(now: clock.read)
        for length in seconds { cooldowns.cool(credential, for: .seconds(length), reason: .rateLimit) }
        #expect(cooldowns.until(credential) == clock.now + 30_000)
        clock.advance(29_999)
        #expect(cooldowns.until(credential) != nil)
        clock.advance(1)
        #expect(cooldowns.until(credential) == nil)
    }

    @Test("Of a breaker's rest and an asked one the longer counts")
    func bothKinds() {
        let cooldowns = InProcessCooldowns(now: clock.read)
        for _ in 0..<3 { cooldowns.fault(model, base: .seconds(10)) }
        cooldowns.cool(model, for: .seconds(4), reason: .rateLimit)
        #expect(cooldowns.until(model) == clock.now + 10_000)
        cooldowns.cool(model, for: .seconds(40), reason: .rateLimit)
        #expect(cooldowns.until(model) == clock.now + 40_000)
        #expect(cooldowns.begin(model) == .resting(until: clock.now + 40_000))
        #expect(cooldowns.until(credential) == nil)
    }

    @Test("The list names what rests and why, and clearing ends it")
    func listAndClear() {
        let cooldowns = InProcessCooldowns(now: clock.read)
        cooldowns.cool(credential, for: .seconds(5), reason: .quota)
        for _ in 0..<3 { cooldowns.fault(model, base: .seconds(10)) }
        #expect(
            cooldowns.list() == [
                Cooldown(key: credential, until: clock.now + 5000, reason: .quota),
                Cooldown(key: model, until: clock.now + 10_000, reason: .faults),
            ])
        cooldowns.clear(model)
        #expect(cooldowns.until(model) == nil)
        #expect(cooldowns.begin(model) == .free)
        clock.advance(5000)
        #expect(cooldowns.list().isEmpty)
    }

    @Test("After recovery one probe, whose success frees everybody")
    func probe() {
        let cooldowns = InProcessCooldowns(now: clock.read)
        for _ in 0..<3 { cooldowns.fault(model, base: .seconds(10)) }
        clock.advance(10_000)
        #expect(cooldowns.until(model) == nil)
        #expect(cooldowns.begin(model) == .probe)
        #expect(cooldowns.until(model) != nil)
        #expect(cooldowns.begin(model) == .resting(until: clock.now + Breaker.probeTime))
        cooldowns.success(model)
        #expect(cooldowns.begin(model) == .free)
    }

    @Test("A wait is rounded up, so that nothing is tried too early")
    func roundsUp() {
        let cooldowns = InProcessCooldowns(now: clock.read)
        cooldowns.cool(credential, for: .microseconds(1), reason: .rateLimit)
        #expect(cooldowns.until(credential) == clock.now + 1)
    }
}
