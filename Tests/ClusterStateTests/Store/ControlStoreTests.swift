import GatewayTypes
import JSON
import SQLDatabase
import Testing

@testable import ClusterState

@Suite(.onBothDatabases) struct ControlStoreTests {
    @Test("A user comes back as made, by name and by id")
    func users() async throws {
        let node = try await Node()
        try await node.store.putTier(TierConfiguration(name: "gold", limits: limits { $0.requestsPerMinute = 5 }))
        let made = try await node.store.createUser(
            NewUser(
                username: "ann", email: "ann@example.org", password: "correct horse", role: .operator, tier: "gold",
                limits: limits {
                    $0.perDay = USD("1.5")
                    $0.tokensPerDay = 0
                }))
        #expect(made.username == "ann")
        #expect(made.role == .operator)
        #expect(made.tier == "gold")
        #expect(made.hasPassword)
        #expect(made.limits.perDay == USD("1.5"))
        #expect(made.limits.tokensPerDay == 0)
        #expect(made.limits.requestsPerDay == nil)
        #expect(try await node.store.user("ann") == made)
        #expect(try await node.store.user(made.id) == made)
    }

    @Test("A name is taken once")
    func uniqueNames() async throws {
        let node = try await Node()
        _ = try await node.store.createUser(NewUser(username: "ann"))
        await #expect(throws: ControlStoreError.conflict(field: "username")) {
            try await node.store.createUser(NewUser(username: "ann"))
        }
    }

    @Test(
        "Names that would not fit a path are refused",
        arguments: ["", "a/b", "a b", "\u{E9}", String(repeating: "x", count: 65)])
    func badNames(name: String) async throws {
        let node = try await Node()
        await #expect {
            try await node.store.createUser(NewUser(username: name))
        } throws: { error in
            guard case .invalid(field: "username", _) = error as? ControlStoreError else { return false }
            return true
        }
    }

    @Test("A tier that is defined nowhere is refused; one of the file is taken")
    func tiersOfTheFile() async throws {
        let node = try await Node()
        await #expect(throws: ControlStoreError.unknownTier) {
            try await node.store.createUser(NewUser(username: "ann", tier: "silver"))
        }
        node.store.configuredTiers.replace(with: [TierConfiguration(name: "silver", limits: Limits())])
        #expect(try await node.store.createUser(NewUser(username: "ann", tier: "silver")).tier == "silver")
    }

    @Test("A patch changes what it mentions")
    func patches() async throws {
        let node = try await Node()
        let made = try await node.store.createUser(
            NewUser(username: "ann", email: "a@b", password: "first password", role: .user))
        var patch = UserPatch()
        patch.isDisabled = .set(true)
        patch.email = .set(nil)
        let changed = try await node.store.updateUser("ann", patch)
        #expect(changed.disabledAt == node.clock.now)
        #expect(changed.email == nil)
        #expect(changed.role == made.role)
        #expect(try await node.store.verify(username: "ann", password: "first password") == nil)
        patch = UserPatch()
        patch.isDisabled = .set(false)
        patch.password = .set("second password")
        _ = try await node.store.updateUser(made.id, patch)
        #expect(try await node.store.verify(username: "ann", password: "first password") == nil)
        #expect(try await node.store.verify(username: "ann", password: "second password")?.id == made.id)
        #expect(try await node.store.verify(username: "bob", password: "second password") == nil)
    }

    @Test("Lists go on where the page before ended")
    func pages() async throws {
        let node = try await Node()
        var names: Set<String> = []
        for number in 0..<7 {
            _ = try await node.store.createUser(NewUser(username: "u\(number)"))
            names.insert("u\(number)")
        }
        let first = try await node.store.users(limit: 3)
        let second = try await node.store.users(limit: 3, after: first.next)
        let third = try await node.store.users(limit: 3, after: second.next)
        #expect([first, second, third].map(\.rows.count) == [3, 3, 1])
        #expect(third.next == nil)
        #expect(Set((first.rows + second.rows + third.rows).map(\.username)) == names)
    }

    @Test("A token's text is told once and stored nowhere")
    func tokens() async throws {
        let node = try await Node()
        let user = try await node.store.createUser(NewUser(username: "ann"))
        let (row, text) = try await node.store.createToken(
            NewToken(
                user: "ann", name: "laptop", scopes: [.inference, .admin], models: ["openai/*"],
                allowedAddresses: ["10.0.0.0/8", "::1"], expiresAt: 99, limits: limits { $0.concurrentRequests = 2 }))
        #expect(text.hasPrefix("sy-"))
        #expect(text.utf8.count == 46)
        #expect(row.userID == user.id)
        #expect(row.prefix == String(text.prefix(8)))
        #expect(row.scopes == [.inference, .admin])
        #expect(row.models == ["openai/*"])
        #expect(row.allowedAddresses == ["10.0.0.0/8", "::1"])
        #expect(row.expiresAt == 99)
        #expect(row.limits.concurrentRequests == 2)
        let columns = try await node.database.read { connection throws(SQLError) in
            try connection.query("SELECT * FROM tokens").flatMap { row in (0..<row.count).map { row[$0] } }
        }
        for case .text(let value) in columns { #expect(!value.contains(text.dropFirst(8))) }
        #expect(try await node.store.tokens(of: "ann").rows == [row])
        #expect(try await node.store.tokens(of: "bob").rows.isEmpty)
    }

    @Test("A revoked token keeps its row and the time of its end")
    func revoking() async throws {
        let node = try await Node()
        _ = try await node.store.createUser(NewUser(username: "ann"))
        let (row, _) = try await node.store.createToken(NewToken(user: "ann", name: "laptop"))
        let end = node.clock.now
        #expect(try await node.store.revokeToken(row.id).revokedAt == end)
        node.clock.advance(1000)
        #expect(try await node.store.revokeToken(row.id).revokedAt == end)
        await #expect(throws: ControlStoreError.notFound) { try await node.store.revokeToken("none") }
        try await node.store.deleteUser("ann")
        await #expect(throws: ControlStoreError.notFound) { try await node.store.token(row.id) }
    }

    @Test(
        "Addresses that are none are refused",
        arguments: ["10.0.0.0/33", "10.0.0", "::1/129", "", "/8", "a/8", "1.2.3.4/+8"])
    func badAddresses(address: String) async throws {
        let node = try await Node()
        _ = try await node.store.createUser(NewUser(username: "ann"))
        await #expect(throws: ControlStoreError.self) {
            try await node.store.createToken(NewToken(user: "ann", name: "x", allowedAddresses: [address]))
        }
    }

    @Test("The first admin is made once, with a given or a made-up password")
    func firstAdmin() async throws {
        let node = try await Node()
        let password = try #require(try await node.store.ensureAdmin())
        #expect(try await node.store.ensureAdmin() == nil)
        #expect(try await node.store.verify(username: "admin", password: password)?.role == .admin)
        let other = try await Node()
        #expect(try await other.store.ensureAdmin(password: "a given one") == nil)
        #expect(try await other.store.verify(username: "admin", password: "a given one")?.role == .admin)
    }

    @Test("A tier in use stays")
    func tierInUse() async throws {
        let node = try await Node()
        try await node.store.putTier(TierConfiguration(name: "gold", limits: limits { $0.perMonth = USD("10") }))
        _ = try await node.store.createUser(NewUser(username: "ann", tier: "gold"))
        await #expect(throws: ControlStoreError.conflict(field: "users")) { try await node.store.deleteTier("gold") }
        try await node.store.deleteUser("ann")
        try await node.store.deleteTier("gold")
        #expect(try await node.store.tiers().isEmpty)
    }

    @Test("Limits are the same after a round through JSON, and null is no limit")
    func limitsJSON() throws {
        let all = limits {
            $0.requestsPerMinute = 1
            $0.requestsPerDay = 2
            $0.tokensPerMinute = 3
            $0.tokensPerDay = 4
            $0.concurrentRequests = 0
            $0.perDay = USD("0.000000000001")
            $0.perMonth = USD("123.45")
        }
        #expect(try Limits(stored: all.jsonText) == all)
        #expect(try Limits(stored: #"{"usd_per_day":1.5,"tokens_per_day":null}"#) == limits { $0.perDay = USD("1.5") })
    }

    @Test(
        "Limits that are none are refused by name",
        arguments: [#"{"usd_per_day":-1}"#, #"{"tokens_per_day":1.5}"#, #"{"x":1}"#, "[]", #"{"usd_per_month":"1e3"}"#])
    func badLimits(text: String) {
        #expect(throws: ControlStoreError.self) { try Limits(stored: text) }
    }
}
