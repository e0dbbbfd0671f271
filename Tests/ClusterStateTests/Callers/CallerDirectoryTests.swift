import GatewayTypes
import SQLDatabase
import Testing
import Threading

@testable import ClusterState

@Suite(.onBothDatabases) struct CallerDirectoryTests {
    private func refusal(_ directory: CallerDirectory, _ bearer: String) async -> GatewayError? {
        do throws(GatewayError) {
            _ = try await directory.caller(for: bearer)
            return nil
        } catch { return error }
    }

    private func nodeWithToken() async throws -> (node: Node, token: StoredToken, text: String) {
        let node = try await Node()
        _ = try await node.store.createUser(NewUser(username: "ann", limits: limits { $0.requestsPerDay = 9 }))
        let (token, text) = try await node.store.createToken(
            NewToken(user: "ann", name: "t", models: ["m"], limits: limits { $0.requestsPerDay = 3 }))
        return (node, token, text)
    }

    @Test("A token's caller is known at once after the first time")
    func caching() async throws {
        let (node, token, text) = try await nodeWithToken()
        let directory = CallerDirectory(store: node.store)
        #expect(try directory.cached(text) == nil)
        let caller = try await directory.caller(for: text)
        #expect(caller.tokenID == token.id)
        #expect(caller.username == "ann")
        #expect(caller.models == ["m"])
        #expect(caller.scopes == [.inference])
        #expect(caller.tokenLimits.requestsPerDay == 3)
        #expect(caller.userLimits.requestsPerDay == 9)
        #expect(try directory.cached(text) === caller)
    }

    @Test("Each reason to refuse is told")
    func reasons() async throws {
        let (node, token, text) = try await nodeWithToken()
        let directory = CallerDirectory(store: node.store)
        #expect(await refusal(directory, "sy-never-made") == .unauthorized(.unknown))
        #expect(await refusal(directory, text) == nil)
        var patch = UserPatch()
        patch.isDisabled = .set(true)
        _ = try await node.store.updateUser("ann", patch)
        #expect(await refusal(directory, text) == .unauthorized(.disabled))
        _ = try await node.store.revokeToken(token.id)
        #expect(await refusal(directory, text) == .unauthorized(.revoked))
    }

    @Test("Expiry counts at every use, cached or not")
    func expiry() async throws {
        let (node, token, text) = try await nodeWithToken()
        var patch = TokenPatch()
        patch.expiresAt = .set(node.clock.now + 500)
        _ = try await node.store.updateToken(token.id, patch)
        let directory = CallerDirectory(store: node.store)
        #expect(await refusal(directory, text) == nil)
        node.clock.advance(499)
        #expect(try directory.cached(text) != nil)
        node.clock.advance(1)
        #expect(throws: GatewayError.unauthorized(.expired)) { try directory.cached(text) }
    }

    @Test("A refusal is believed for a second, and not after something has changed")
    func negativeResults() async throws {
        let (node, _, _) = try await nodeWithToken()
        let directory = CallerDirectory(store: node.store)
        #expect(await refusal(directory, "sy-x") == .unauthorized(.unknown))
        node.clock.advance(999)
        #expect(throws: GatewayError.unauthorized(.unknown)) { try directory.cached("sy-x") }
        node.clock.advance(1)
        #expect(try directory.cached("sy-x") == nil)
        #expect(await refusal(directory, "sy-x") == .unauthorized(.unknown))
        _ = try await node.store.createUser(NewUser(username: "bob"))
        #expect(try directory.cached("sy-x") == nil)
    }

    @Test("Many guesses leave the cache bounded and push nobody out")
    func bounded() async throws {
        let (node, _, text) = try await nodeWithToken()
        let directory = CallerDirectory(store: node.store, capacity: 100)
        _ = try await directory.caller(for: text)
        for number in 0..<500 { _ = await refusal(directory, "guess-\(number)") }
        #expect(directory.count <= 201)
        #expect(try directory.cached(text) != nil)
    }

    @Test("While the store is gone known callers stay known and others get 503, never 401")
    func storeGone() async throws {
        let (node, _, text) = try await nodeWithToken()
        let directory = CallerDirectory(store: node.store)
        _ = try await directory.caller(for: text)
        await node.database.close()
        node.store.changes.note()
        #expect(try await directory.caller(for: text).username == "ann")
        #expect(await refusal(directory, "sy-other") == .storeUnavailable)
    }

    @Test("A token seen revoked stays out when the store goes away")
    func revokedThenGone() async throws {
        let (node, token, text) = try await nodeWithToken()
        let directory = CallerDirectory(store: node.store)
        _ = try await directory.caller(for: text)
        _ = try await node.store.revokeToken(token.id)
        #expect(await refusal(directory, text) == .unauthorized(.revoked))
        await node.database.close()
        node.clock.advance(2000)
        #expect(await refusal(directory, text) == .storeUnavailable)
    }

    @Test("A late cache write never resurrects a revoked token")
    func revocationRace() async throws {
        let (node, _, _) = try await nodeWithToken()
        let directory = CallerDirectory(store: node.store)
        for _ in 0..<40 {
            let (token, text) = try await node.store.createToken(NewToken(user: "ann", name: "t"))
            await withTaskGroup { group in
                for _ in 0..<8 { group.addTask { _ = try? await directory.caller(for: text) } }
                group.addTask { _ = try? await node.store.revokeToken(token.id) }
                for _ in 0..<8 { group.addTask { _ = try? await directory.caller(for: text) } }
            }
            // After the revocation has returned, whatever was in flight has written what it had.
            #expect(await refusal(directory, text) == .unauthorized(.revoked))
            #expect((try? directory.cached(text)) == nil)
        }
    }

    @Test("What another process changes is seen at the next look")
    func otherProcess() async throws {
        let (node, token, text) = try await nodeWithToken()
        let directory = CallerDirectory(store: node.store)
        let feed = ChangeFeed(node.store)
        try await feed.catchUp()
        _ = try await directory.caller(for: text)
        let other = ControlStore(database: try await node.openAgain(), now: node.clock.read)
        _ = try await other.revokeToken(token.id)
        #expect(try directory.cached(text) != nil)
        try await feed.catchUp()
        #expect(await refusal(directory, text) == .unauthorized(.revoked))
    }

    @Test("The environment's token is the admin, with every scope and no limits")
    func adminToken() async throws {
        let node = try await Node()
        let directory = CallerDirectory(store: node.store, adminToken: "s3cret", adminID: "id-of-admin")
        await node.database.close()
        let caller = try #require(try directory.cached("s3cret"))
        #expect(caller.username == "admin")
        #expect(caller.userID == "id-of-admin")
        #expect(caller.role == .admin)
        #expect(caller.scopes == [.inference, .admin])
        #expect(caller.tokenID == nil)
        #expect(caller.limitSubjects.isEmpty)
        #expect(try directory.cached("s3cre") == nil)
    }

    @Test("Limits of a tier come from the file before the store, and a vanished tier lets nobody in")
    func tiers() async throws {
        let node = try await Node()
        try await node.store.putTier(TierConfiguration(name: "gold", limits: limits { $0.requestsPerDay = 1 }))
        let user = try await node.store.createUser(NewUser(username: "ann", tier: "gold"))
        let (_, text) = try await node.store.createToken(NewToken(user: user.id, name: "t"))
        let directory = CallerDirectory(store: node.store)
        #expect(try await directory.caller(for: text).tierLimits.requestsPerDay == 1)
        node.store.configuredTiers.replace(
            with: [TierConfiguration(name: "gold", limits: limits { $0.requestsPerDay = 2 })])
        #expect(try directory.cached(text) == nil)
        #expect(try await directory.caller(for: text).tierLimits.requestsPerDay == 2)
        node.store.configuredTiers.replace(with: [])
        try await node.database.write { connection throws(SQLError) in try connection.execute("DELETE FROM tiers") }
        #expect(try await directory.caller(for: text).tierLimits.concurrentRequests == 0)
    }
}
