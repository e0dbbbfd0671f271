import Testing

@testable import NodeServer

@Suite("LogSampling")
struct LogSamplingTests {
    @Test("The first of each kind in a second is taken, and tells how many were left out before it")
    func firstOfASecond() {
        var sampling = LogSampling()
        #expect(sampling.take("a", at: 10_000) == 0)
        #expect(sampling.take("a", at: 10_001) == nil)
        #expect(sampling.take("b", at: 10_002) == 0)
        #expect(sampling.take("a", at: 10_999) == nil)
        #expect(sampling.take("a", at: 11_000) == 2)
        #expect(sampling.take("a", at: 13_500) == 0)
        #expect(sampling.take("b", at: 13_500) == 0)
    }

    @Test("None is lost: taken and told together are all there were", arguments: 1...5)
    func sums(step: Int) {
        var sampling = LogSampling()
        var told = 0
        for number in 0..<1000 { told += sampling.take("a", at: number * step).map { $0 + 1 } ?? 0 }
        told += sampling.take("a", at: 1_000_000).map { $0 } ?? 0
        #expect(told == 1000)
    }

    @Test("A clock that is set back stops nothing")
    func backwards() {
        var sampling = LogSampling()
        #expect(sampling.take("a", at: 10_000) == 0)
        #expect(sampling.take("a", at: 4_000) == 0)
    }
}
