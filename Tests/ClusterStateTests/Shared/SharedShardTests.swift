import GatewayTypes
import Testing

@testable import ClusterState

/// The decisions of one node, without Redis.
@Suite struct SharedShardTests {
    private let start: Int64 = 1_800_000_030_000
    private let one = Reservation(tokens: 10, cost: nil)

    private func admit(
        _ shard: inout SharedShard, _ subjects: [LimitSubject], at time: Int64, share: Double = 0
    ) -> Bool {
        let slots = shard.counters.slots(of: subjects, at: time)
        let result = shard.admitLocally(slots, subjects, one, at: time) { _, _, _ in share }
        guard case .success = result else { return false }
        shard.answered()
        return true
    }

    @Test("A window that began before the outage has no more room than was lent")
    func oldWindow() {
        var shard = SharedShard(number: 0, since: start)
        let subjects = userSubject("u") { $0.requestsPerDay = 100 }
        #expect(!admit(&shard, subjects, at: start + 5000, share: 100))
    }

    @Test("A window that begins during the outage has room for this node's share, once")
    func newWindow() {
        var shard = SharedShard(number: 0, since: start)
        let subjects = userSubject("u") { $0.requestsPerMinute = 100 }
        #expect(!admit(&shard, subjects, at: start + 29_000, share: 3))
        let passed = (0..<10).filter { _ in admit(&shard, subjects, at: start + 31_000, share: 3) }
        #expect(passed.count == 3)
        #expect(admit(&shard, subjects, at: start + 95_000, share: 3))
    }

    @Test("Until a minute is over, an outage frees no slots of requests that may still run elsewhere")
    func concurrency() {
        var shard = SharedShard(number: 0, since: start)
        let subjects = userSubject("u") { $0.concurrentRequests = 4 }
        #expect(!admit(&shard, subjects, at: start + 50_000, share: 2))
        #expect(admit(&shard, subjects, at: start + 61_000, share: 2))
        #expect(admit(&shard, subjects, at: start + 61_000, share: 2))
        #expect(!admit(&shard, subjects, at: start + 61_000, share: 2))
    }

    @Test("A process that has lost no connection tells of no outage, however long it took to start")
    func noOutage() {
        var fresh = SharedShard(number: 0, since: start)
        #expect(fresh.beginTelling(at: start + 70_000, monotonic: 10_000)?.cutSince == 0)
        var cut = SharedShard(number: 0, since: start)
        cut.cut(at: start + 1000, monotonic: 5000)
        #expect(cut.beginTelling(at: start + 70_000, monotonic: 10_000)?.cutSince == start)
    }

    @Test("The parts of all nodes add up to the limit, whatever it is", arguments: [0, 1, 2, 3, 7, 100, 1_000_003])
    func shares(limit: Int) {
        let epochs = (0..<5).map { "epoch-0\($0)" }
        for counter in ["sy:{00}:c:user:a", "sy:{01}:c:token:b"] {
            let parts = epochs.map { epoch in
                let members = Membership(epoch: epoch)
                members.heard(of: epochs, at: 1)
                return members.share(of: Double(limit), counter: counter, outageSince: 10_000)
            }
            #expect(parts.reduce(0, +) == Double(limit))
        }
    }

    @Test("A node that came right before the outage has no part: the others do not know of it")
    func youngNode() {
        let members = Membership(epoch: "epoch-00")
        members.heard(of: ["epoch-00"], at: 10_000)
        #expect(members.share(of: 100, counter: "c", outageSince: 12_000) == 0)
        #expect(members.share(of: 100, counter: "c", outageSince: 13_000) == 100)
    }

    @Test("A hold reads back as it was written; bytes that are none are no hold")
    func payload() throws {
        let record = opening(3)
        let charges = [SharedHold.Charge(place: 7, key: "sy:{03}:c:user:\u{1F600}", minute: 0, day: 5, month: 6)]
        let reservation = Reservation(tokens: 12, cost: USD("0.25"))
        let bytes = HoldPayload.withMinute(
            60_000, HoldPayload.encode(reservation, charges, row: record.journalBytes))
        let hold = try #require(HoldPayload(stored: bytes))
        #expect(hold.opening == record)
        #expect(hold.reservation == reservation)
        #expect(hold.charges.map(\.key) == charges.map(\.key))
        #expect(hold.charges.first?.minute == 60_000)
        var random = SeededGenerator(5)
        for _ in 0..<2000 {
            var broken = bytes
            for _ in 0..<3 {
                broken[Int.random(in: 0..<200, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            _ = HoldPayload(stored: Array(broken.prefix(Int.random(in: 0...broken.count, using: &random))))
        }
    }

    @Test("Any bytes as a script's answer are a verdict or none")
    func garbage() {
        var random = SeededGenerator(7)
        for _ in 0..<5000 {
            let bytes = (0..<Int.random(in: 0...130, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            _ = AdmitVerdict.read(bytes, subjects: 1)
        }
        var numbers = PackedNumbers(capacity: 32)
        for number in [1.0, 5, 0, 9] { numbers.append(number) }
        #expect(AdmitVerdict.read(numbers.bytes, subjects: 1) == nil)
    }

    @Test("Every user has one shard of sixteen, and a counter's key tells it")
    func keys() {
        for number in 0..<500 {
            let shard = SharedKeys.shard(ofUser: "user-\(number)")
            let key = SharedKeys.counter(shard, LimitLedger.Owner(kind: .token, id: "t{9}:\(number)"))
            #expect(SharedKeys.shard(ofCounter: key) == shard)
        }
        #expect(SharedKeys.shard(ofCounter: "sy:{99}:c") == nil)
    }
}
