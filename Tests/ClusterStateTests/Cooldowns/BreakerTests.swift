import Testing

@testable import ClusterState

@Suite struct BreakerTests {
    private func opened(at time: Int64 = 0) -> Breaker {
        var breaker = Breaker()
        for _ in 0..<3 { breaker.fault(at: time, base: 10_000) }
        return breaker
    }

    @Test("Three faults in a row open it, two with a success between do not")
    func threeInARow() {
        var breaker = Breaker()
        for _ in 0..<10 {
            breaker.fault(at: 0, base: 10_000)
            breaker.fault(at: 0, base: 10_000)
            breaker.success(at: 0)
        }
        #expect(breaker.isFresh)
        #expect(opened().until(at: 0) == 10_000)
        #expect(opened().until(at: 9_999) == 10_000)
        #expect(opened().until(at: 10_000) == nil)
    }

    @Test("After the cooldown exactly one probe is let through")
    func oneProbe() {
        var breaker = opened()
        #expect(breaker.begin(at: 9_999) == .resting(until: 10_000))
        #expect(breaker.begin(at: 10_000) == .probe)
        for _ in 0..<100 { #expect(breaker.begin(at: 10_001) == .resting(until: 10_000 + Breaker.probeTime)) }
        breaker.success(at: 10_500)
        #expect(breaker.begin(at: 10_500) == .free)
        #expect(breaker.isFresh)
    }

    @Test("A lost probe does not wedge it: another may go after the longest time a probe can take")
    func lostProbe() {
        var breaker = opened()
        #expect(breaker.begin(at: 10_000) == .probe)
        #expect(breaker.begin(at: 10_000 + Breaker.probeTime) == .probe)
    }

    @Test("A probe that found out nothing is given back")
    func releasedProbe() {
        var breaker = opened()
        #expect(breaker.begin(at: 10_000) == .probe)
        breaker.release()
        #expect(breaker.begin(at: 10_001) == .probe)
    }

    @Test("Each failed probe doubles the cooldown, to 30 s at most; a success resets it")
    func growth() {
        var breaker = opened()
        var now: Int64 = 10_000
        for length in [20_000, 30_000, 30_000, 30_000] as [Int64] {
            #expect(breaker.begin(at: now) == .probe)
            breaker.fault(at: now, base: 10_000)
            #expect(breaker.until(at: now) == now + length)
            now += length
        }
        #expect(breaker.begin(at: now) == .probe)
        breaker.success(at: now)
        for _ in 0..<3 { breaker.fault(at: now, base: 10_000) }
        #expect(breaker.until(at: now) == now + 10_000)
    }

    @Test("While it rests, ends of earlier tries neither lengthen nor end the rest")
    func stragglers() {
        var breaker = opened()
        breaker.fault(at: 5, base: 10_000)
        breaker.success(at: 6)
        #expect(breaker.until(at: 7) == 10_000)
    }
}
