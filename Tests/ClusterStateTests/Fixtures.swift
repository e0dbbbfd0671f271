import GatewayTypes
import SQLDatabase
import TestServers

@testable import ClusterState

/// A store, a ledger and limits on a directory of their own.
struct Node {
    let directory: TemporaryDirectory
    let clock: TestClock
    let database: SQLDatabase
    let store: ControlStore
    let journal: UsageJournal
    let ledger: UsageLedger
    let limits: InProcessLimits
    /// Another connection to the same database, as another process would have.
    let openAgain: @Sendable () async throws -> SQLDatabase

    init(
        in directory: TemporaryDirectory = TemporaryDirectory(), clock: TestClock = TestClock(),
        shared: SharedDatabase? = nil, segmentSize: Int = 64 << 10, mostInMemory: Int = 20_000,
        interval: Duration = .seconds(3600),
        onRejected: @escaping @Sendable (_ id: String, SQLError) -> Void = { _, _ in }
    ) async throws {
        self.directory = directory
        self.clock = clock
        if let shared { openAgain = shared.open } else { openAgain = try await SharedDatabase(in: directory).open }
        database = try await openAgain()
        store = ControlStore(database: database, now: clock.read)
        try await store.migrate()
        journal = try UsageJournal(directory: directory.path + "/journal", segmentSize: segmentSize)
        ledger = try UsageLedger(
            database: database, journal: journal, mostInMemory: mostInMemory, interval: interval,
            onRejected: onRejected)
        limits = InProcessLimits(ledger: ledger, now: clock.read)
    }

    /// As if no node had been heard of for so many milliseconds more.
    func silence(by milliseconds: Int64) async throws {
        try await database.write { connection throws(SQLError) in
            try connection.execute("UPDATE nodes SET last_seen = last_seen - ?", .integer(milliseconds))
        }
    }

    func rows() async throws -> [UsageRecord] {
        var rows: [UsageRecord] = []
        var after: String?
        repeat {
            let page = try await ledger.requests(limit: 1000, after: after)
            rows += page.rows
            after = page.next
        } while after != nil
        return rows
    }
}

/// A database that several nodes use.
struct SharedDatabase {
    /// A connection of one's own, as a process has.
    let open: @Sendable () async throws -> SQLDatabase

    init(in directory: TemporaryDirectory = TemporaryDirectory()) async throws {
        switch TestDatabase.current {
        case .sqlite: open = { try await SQLDatabase.open(sqlite: directory.path + "/store.sqlite") }
        case .mysql:
            let settings = try await TestDatabase.freshMySQL()
            open = { try await SQLDatabase.open(mysql: settings) }
        }
    }
}

/// An id that sorts by its number, as UUIDv7 does by its time.
func testID(_ number: Int, at time: Int64 = 1_773_144_000_000) -> String {
    let digits = String(number, radix: 16)
    return RequestFilter.firstID(at: time).dropLast(12) + String(repeating: "0", count: 12 - digits.count) + digits
}

func opening(
    _ number: Int = 1, user: String = "u1", token: String? = "t1", time: Int64 = 1_773_144_000_000, node: String = "n1",
    route: String = "rotation/fast", username: String? = nil
) -> UsageRecord {
    var record = UsageRecord(
        RequestIdentity(
            id: testID(number, at: time), requestID: "req-\(number)", time: time, node: node, userID: user,
            username: username ?? "name-of-\(user)", tokenID: token, endpoint: "/v1/chat/completions",
            dialect: "openai",
            route: route, stream: true))
    record.usage.promptTokens = 10
    return record
}

/// What a request looks like at its end: every field set.
func finished(_ record: UsageRecord, completionTokens: Int = 5, cost: USD? = USD("0.001")) -> UsageRecord {
    var record = record
    record.provider = "openai"
    record.model = "gpt-4o-mini"
    record.status = 200
    record.errorCode = "none \"quoted\" \u{1F600}"
    var attempt = AttemptRecord(provider: "groq", credential: "main", model: "llama", started: .microseconds(120))
    attempt.status = 503
    attempt.errorCode = "overloaded"
    attempt.firstByte = .milliseconds(3)
    attempt.duration = .milliseconds(4)
    attempt.promptTokens = 10
    attempt.completionTokens = 1
    attempt.cost = USD("0.0001")
    record.attempts = [
        attempt, AttemptRecord(provider: "openai", credential: "b", model: "gpt-4o-mini", started: .milliseconds(5)),
    ]
    record.usage = Usage(
        promptTokens: 10, completionTokens: completionTokens, cachedTokens: 2, cacheWriteTokens: 0, reasoningTokens: 1)
    record.cost = cost
    record.duration = .microseconds(12_345)
    record.firstToken = .microseconds(2_345)
    record.gateway = .microseconds(45)
    record.estimated = true
    record.droppedParameters = ["top_k", "logit_bias"]
    return record
}

func limits(_ change: (inout Limits) -> Void) -> Limits {
    var limits = Limits()
    change(&limits)
    return limits
}

/// Numbers that are the same in every run (splitmix64).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64
    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

extension UsageLedger {
    func opened(_ record: UsageRecord) -> Int? { opened(record, identity: record.journalIdentity) }

    func settled(_ record: UsageRecord, openedIn: Int?) {
        settled(record, identity: record.journalIdentity, openedIn: openedIn)
    }
}

extension ChangeFeed {
    /// One that looks when it is told to.
    init(
        _ store: ControlStore, id: String = "n1", bell: any ConfigurationBell = InProcessBell(),
        take: @escaping Take = { _ in nil }
    ) {
        self.init(
            store: store,
            node: ClusterNode(id: id, epoch: "epoch-\(id)", address: "127.0.0.1:1", version: "0", startedAt: 0),
            bell: bell, interval: .seconds(3600), log: nil, take: take)
    }
}
