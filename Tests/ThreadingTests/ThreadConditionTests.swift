import Testing
import Threading

@Suite("Threading")
struct ThreadConditionTests {
    @Test("A value put by one thread is taken by another")
    func handOver() {
        let outcome = HandOver<Int>()
        #expect(Thread.start(name: "giver") { outcome.put(42) })
        #expect(outcome.take() == 42)
    }

    @Test("A wait with a limit ends without a signal, and not before its time")
    func timedWait() {
        let lock = ThreadLock()
        let never = ThreadCondition(of: lock)
        let clock = ContinuousClock()
        let waited = clock.measure { lock.withLock { never.wait(atMost: .milliseconds(20)) } }
        #expect(waited >= .milliseconds(19))
    }

    @Test("Increments under a lock are never lost")
    func locked() {
        let count = Locked(0)
        let ended = (0..<4).map { _ in HandOver<Bool>() }
        for end in ended {
            #expect(
                Thread.start(name: "adder") {
                    for _ in 0..<10_000 { count.withLock { $0 += 1 } }
                    end.put(true)
                })
        }
        for end in ended { #expect(end.take()) }
        #expect(count.withLock { $0 } == 40_000)
    }
}
