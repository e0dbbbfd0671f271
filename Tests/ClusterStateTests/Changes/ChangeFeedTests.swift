import GatewayTypes
import SQLDatabase
import Testing

@testable import ClusterState

@Suite struct ChangeFeedTests {
    /// A second node on the same database file.
    private func neighbour(of node: Node) async throws -> ControlStore {
        ControlStore(
            database: try await SQLDatabase.open(sqlite: node.directory.path + "/store.sqlite"), now: node.clock.read)
    }

    @Test("Each write is one change, told by whom, from where, with what was and what is")
    func rows() async throws {
        let node = try await Node()
        let author = ChangeAuthor(
            userID: "id-1", name: "ann", tokenID: "t-1", address: "10.0.0.1", requestID: "req-1")
        let receipt = ChangeReceipt()
        let store = node.store.by(author, receipt: receipt)
        #expect(receipt.version == nil)
        let user = try await store.createUser(NewUser(username: "bob", password: "correct horse"))
        #expect(receipt.version == 1)
        var patch = UserPatch()
        patch.role = .set(.auditor)
        patch.password = .set("battery staple")
        _ = try await store.updateUser("bob", patch)
        try await node.store.deleteUser("bob")
        #expect(receipt.version == 2)

        let rows = try await node.store.changes().rows
        #expect(rows.map(\.number) == [3, 2, 1])
        #expect(rows.map(\.action) == ["delete", "update", "create"])
        #expect(Set(rows.map(\.object)) == [user.id])
        #expect(rows.map(\.author) == [.system, author, author])
        #expect(rows.map { $0.before == nil } == [false, false, true])
        #expect(rows.map { $0.after == nil } == [true, false, false])
        #expect(rows[1].before?.contains(#""role":"user""#) == true)
        #expect(rows[1].after?.contains(#""role":"auditor""#) == true)
        #expect(rows[1].after?.contains(#""password":"[changed]""#) == true)
        for text in rows.flatMap({ [$0.before, $0.after] }).compactMap(\.self) {
            #expect(!text.contains("horse") && !text.contains("staple") && !text.contains("scrypt"))
        }
    }

    @Test("A write that is refused leaves no change")
    func refused() async throws {
        let node = try await Node()
        _ = try await node.store.createUser(NewUser(username: "bob"))
        await #expect(throws: ControlStoreError.conflict(field: "username")) {
            try await node.store.createUser(NewUser(username: "bob"))
        }
        await #expect(throws: ControlStoreError.notFound) { try await node.store.revokeToken("none") }
        await #expect(throws: ControlStoreError.notFound) { try await node.store.deleteTier("none") }
        #expect(try await node.store.changes().rows.map(\.number) == [1])
        _ = try await node.store.createUser(NewUser(username: "eve"))
        let numbers = try await node.store.changes().rows.map(\.number)
        #expect(numbers.count == 2 && numbers[0] > numbers[1])
    }

    @Test("Filters and pages of the log give each row once, newest first")
    func filters() async throws {
        let node = try await Node()
        for number in 0..<25 {
            let author = ChangeAuthor(userID: "id-\(number % 2)", name: "n\(number % 2)")
            node.clock.advance(1000)
            try await node.store.by(author).putTier(TierConfiguration(name: "t\(number)", limits: Limits()))
        }
        var numbers: [Int] = []
        var before: Int?
        repeat {
            let page = try await node.store.changes(limit: 10, before: before)
            numbers += page.rows.map(\.number)
            before = page.next.flatMap { Int($0) }
        } while before != nil
        #expect(numbers == Array((1...25).reversed()))
        var filter = ChangeFilter()
        filter.actor = "n1"
        #expect(try await node.store.changes(filter).rows.count == 12)
        filter.actor = "id-0"
        filter.object = "t4"
        filter.kind = .tier
        filter.action = .create
        #expect(try await node.store.changes(filter).rows.map(\.number) == [5])
        filter = ChangeFilter()
        filter.from = TestClock().now + 3000
        filter.to = TestClock().now + 5000
        #expect(try await node.store.changes(filter).rows.map(\.number) == [4, 3])
    }

    @Test("What one node changes the other drops from its cache, and nobody else")
    func drops() async throws {
        let node = try await Node()
        _ = try await node.store.createUser(NewUser(username: "ann"))
        _ = try await node.store.createUser(NewUser(username: "bob"))
        let (token, anns) = try await node.store.createToken(NewToken(user: "ann", name: "t"))
        let (_, bobs) = try await node.store.createToken(NewToken(user: "bob", name: "t"))
        let other = try await neighbour(of: node)
        let feed = ChangeFeed(other, id: "n2")
        try await feed.catchUp()
        let directory = CallerDirectory(store: other)
        _ = try await directory.caller(for: anns)
        _ = try await directory.caller(for: bobs)

        _ = try await node.store.revokeToken(token.id)
        #expect(try directory.cached(anns) != nil, "not known yet")
        try await feed.catchUp()
        #expect(try directory.cached(anns) == nil)
        #expect(try directory.cached(bobs)?.username == "bob", "is none of bob's business")
        await #expect(throws: GatewayError.unauthorized(.revoked)) { try await directory.caller(for: anns) }

        var patch = UserPatch()
        patch.isDisabled = .set(true)
        _ = try await node.store.updateUser("bob", patch)
        try await feed.catchUp()
        #expect(try directory.cached(bobs) == nil)
    }

    @Test("A tier's change drops those who are under it")
    func tiers() async throws {
        let node = try await Node()
        let gold = TierConfiguration(name: "gold", limits: limits { $0.requestsPerDay = 1 })
        try await node.store.putTier(gold)
        _ = try await node.store.createUser(NewUser(username: "ann", tier: "gold"))
        _ = try await node.store.createUser(NewUser(username: "bob"))
        let anns = try await node.store.createToken(NewToken(user: "ann", name: "t")).text
        let bobs = try await node.store.createToken(NewToken(user: "bob", name: "t")).text
        let directory = CallerDirectory(store: node.store)
        for text in [anns, bobs] { _ = try await directory.caller(for: text) }
        try await node.store.putTier(gold)
        #expect(try directory.cached(anns) == nil)
        #expect(try directory.cached(bobs) != nil)
    }

    @Test("After more changes than are looked at one by one, everybody is asked for again")
    func many() async throws {
        let node = try await Node()
        _ = try await node.store.createUser(NewUser(username: "ann"))
        let (token, text) = try await node.store.createToken(NewToken(user: "ann", name: "t"))
        let other = try await neighbour(of: node)
        let feed = ChangeFeed(other, id: "n2")
        try await feed.catchUp()
        let directory = CallerDirectory(store: other)
        _ = try await directory.caller(for: text)
        _ = try await node.store.revokeToken(token.id)
        for _ in 0..<1001 { try await node.store.note(.clear, .cooldown, "*") }
        try await feed.catchUp()
        #expect(try directory.cached(text) == nil)
        #expect(await feed.appliedVersion == 1004)
    }

    @Test("The bell makes the others look at once")
    func bell() async throws {
        let node = try await Node()
        let bell = InProcessBell()
        let other = try await neighbour(of: node)
        let feed = ChangeFeed(other, id: "n2", bell: bell)
        try await feed.follow()
        let own = ChangeFeed(node.store, bell: bell)
        try await own.follow()
        let receipt = ChangeReceipt()
        _ = try await node.store.by(.system, receipt: receipt).createUser(NewUser(username: "ann"))
        let version = try #require(receipt.version)
        await own.announce(version)
        #expect(await own.appliedVersion == version)
        var nodes: [ClusterNode] = []
        for _ in 0..<6000 where nodes.count < 2 || nodes.contains(where: { $0.appliedVersion < version }) {
            nodes = try await node.store.nodes()
            try await Task.sleep(for: .milliseconds(5))
        }
        #expect(nodes.map(\.id) == ["n1", "n2"])
        #expect(nodes.map(\.appliedVersion) == [version, version])
        #expect(nodes.map(\.isLive) == [true, true])
        await feed.stop()
        #expect(try await node.store.nodes().map(\.id) == ["n1"])
        await own.stop()
    }

    @Test(
        "Under strict revocation a known caller is let in for 30 s without news, else for as long as the store is away")
    func strictRevocation() async throws {
        let node = try await Node()
        _ = try await node.store.createUser(NewUser(username: "ann"))
        let text = try await node.store.createToken(NewToken(user: "ann", name: "t")).text
        let directory = CallerDirectory(store: node.store, adminToken: "root")
        let feed = ChangeFeed(node.store)
        try await feed.catchUp()
        _ = try await directory.caller(for: text)
        node.clock.advance(30_001)
        #expect(try directory.cached(text) != nil, "off by default")
        directory.setStrictRevocation(true)
        #expect(try directory.cached(text) == nil)
        #expect(try await directory.caller(for: text).username == "ann", "the store says so")
        try await feed.catchUp()
        #expect(try directory.cached(text) != nil)
        node.clock.advance(-3_600_000)
        #expect(try directory.cached(text) == nil, "a clock that was set back tells nothing")
        node.clock.advance(3_600_000)
        await node.database.close()
        node.clock.advance(30_000)
        #expect(try await directory.caller(for: text).username == "ann")
        node.clock.advance(1)
        await #expect(throws: GatewayError.storeUnavailable) { try await directory.caller(for: text) }
        #expect(try directory.cached("root") != nil, "the environment's token asks nobody")
    }
}
