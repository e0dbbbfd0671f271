import Testing

@testable import HTTPClient

@Suite("TransferDeadlines")
struct TransferDeadlinesTests {
    private let start = Moment(nanoseconds: 1_000_000_000_000)

    private func at(_ seconds: Int) -> Moment { start + .seconds(seconds) }

    @Test("Without limits nothing is ever too late")
    func none() {
        var deadlines = TransferDeadlines(start: start, firstByte: nil, idle: nil, total: nil)
        #expect(deadlines.next == nil)
        deadlines.answerBegins(at: at(5))
        #expect(deadlines.next == nil)
        #expect(deadlines.expired(at: at(1_000_000)) == nil)
    }

    @Test("The first byte's limit ends with it and silence begins to count")
    func phases() {
        var deadlines = TransferDeadlines(
            start: start, firstByte: .seconds(10), idle: .seconds(3), total: .seconds(60))
        #expect(deadlines.next == at(10))
        #expect(deadlines.expired(at: at(9)) == nil)
        #expect(deadlines.expired(at: at(10)) == .firstByteTimedOut)
        deadlines.answerBegins(at: at(8))
        #expect(deadlines.next == at(11))
        #expect(deadlines.expired(at: at(11)) == .idleTimedOut)
        deadlines.byte(at: at(10))
        #expect(deadlines.expired(at: at(12)) == nil)
        #expect(deadlines.next == at(13))
        deadlines.byte(at: at(58))
        #expect(deadlines.next == at(60))
        #expect(deadlines.expired(at: at(60)) == .totalTimedOut)
    }

    @Test("Silence does not count while paused, and starts anew after it")
    func paused() {
        var deadlines = TransferDeadlines(start: start, firstByte: nil, idle: .seconds(3), total: .seconds(60))
        deadlines.answerBegins(at: at(1))
        deadlines.pause()
        #expect(deadlines.next == at(60))
        #expect(deadlines.expired(at: at(50)) == nil)
        deadlines.resume(at: at(50))
        #expect(deadlines.next == at(53))
    }

    @Test("A limit beyond the clock's range is no overflow")
    func endless() {
        let deadlines = TransferDeadlines(start: start, firstByte: .seconds(Int64.max), idle: nil, total: nil)
        #expect(deadlines.expired(at: at(1_000_000)) == nil)
    }
}
