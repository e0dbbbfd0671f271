import ClusterState
import GatewayTypes
import JSON
import Testing

@Suite struct RolesTests {
    /// What each role gets: admin, operator, auditor, user. `OTHER` stands for a token of somebody else's.
    private static let table: [(method: String, path: String, body: JSONTree?, statuses: [Int])] = [
        ("GET", "/users", nil, [200, 200, 200, 200]),
        ("GET", "/users/other", nil, [200, 200, 200, 404]),
        ("POST", "/users", [:], [400, 403, 403, 403]),
        ("PATCH", "/users/other", ["email": .null], [200, 403, 403, 404]),
        ("DELETE", "/users/nobody", nil, [404, 403, 403, 403]),
        ("GET", "/tokens", nil, [200, 200, 200, 200]),
        ("GET", "/tokens?user=other", nil, [200, 200, 200, 403]),
        ("GET", "/tokens/OTHER", nil, [200, 200, 200, 404]),
        ("POST", "/tokens", ["user": "other", "name": "mine"], [201, 403, 403, 403]),
        ("PATCH", "/tokens/OTHER", ["name": "mine"], [200, 403, 403, 404]),
        ("DELETE", "/tokens/OTHER", nil, [200, 403, 403, 404]),
        ("GET", "/requests", nil, [200, 200, 200, 200]),
        ("GET", "/requests?user=other", nil, [200, 200, 200, 403]),
        ("GET", "/usage", nil, [200, 200, 200, 200]),
        ("GET", "/usage?user=other", nil, [200, 200, 200, 403]),
        ("GET", "/holds", nil, [200, 200, 200, 403]),
        ("GET", "/cooldowns", nil, [200, 200, 200, 403]),
        ("DELETE", "/cooldowns", nil, [204, 204, 403, 403]),
        ("GET", "/tiers", nil, [200, 200, 200, 403]),
        ("GET", "/tiers/none", nil, [404, 404, 404, 403]),
        ("PUT", "/tiers/gold", ["limits": [:]], [200, 403, 403, 403]),
        ("DELETE", "/tiers/none", nil, [404, 403, 403, 403]),
        ("POST", "/tiers", [:], [400, 403, 403, 403]),
        ("PATCH", "/tiers/none", [:], [404, 403, 403, 403]),
        ("GET", "/providers", nil, [200, 200, 200, 403]),
        ("GET", "/providers/demo", nil, [200, 200, 200, 403]),
        ("POST", "/providers", [:], [400, 403, 403, 403]),
        ("PUT", "/providers/none", ["type": "soup"], [400, 403, 403, 403]),
        ("PATCH", "/providers/none", ["enabled": false], [404, 404, 403, 403]),
        ("PATCH", "/providers/none", ["type": "openai"], [404, 403, 403, 403]),
        ("DELETE", "/providers/none", nil, [404, 403, 403, 403]),
        ("GET", "/rotations", nil, [200, 200, 200, 403]),
        ("GET", "/rotations/none", nil, [404, 404, 404, 403]),
        ("POST", "/rotations", [:], [400, 403, 403, 403]),
        ("PUT", "/rotations/none", [:], [400, 403, 403, 403]),
        ("PATCH", "/rotations/none", [:], [404, 403, 403, 403]),
        ("DELETE", "/rotations/none", nil, [404, 403, 403, 403]),
        ("GET", "/autoselects", nil, [200, 200, 200, 403]),
        ("GET", "/autoselects/none", nil, [404, 404, 404, 403]),
        ("POST", "/autoselects", [:], [400, 403, 403, 403]),
        ("PUT", "/autoselects/none", [:], [400, 403, 403, 403]),
        ("PATCH", "/autoselects/none", [:], [404, 403, 403, 403]),
        ("DELETE", "/autoselects/none", nil, [404, 403, 403, 403]),
        ("GET", "/credentials", nil, [200, 200, 200, 403]),
        ("GET", "/credentials/a/b", nil, [404, 404, 404, 403]),
        ("POST", "/credentials", [:], [400, 403, 403, 403]),
        ("PUT", "/credentials/a/b", ["api_key": "k"], [404, 403, 403, 403]),
        ("PATCH", "/credentials/a/b", [:], [404, 403, 403, 403]),
        ("DELETE", "/credentials/a/b", nil, [404, 403, 403, 403]),
        ("GET", "/models", nil, [200, 200, 200, 200]),
        ("GET", "/models/demo/echo", nil, [200, 200, 200, 200]),
        ("POST", "/models", [:], [400, 403, 403, 403]),
        ("PUT", "/models/a/b", [:], [404, 403, 403, 403]),
        ("PATCH", "/models/a/b", [:], [404, 403, 403, 403]),
        ("DELETE", "/models/a/b", nil, [404, 403, 403, 403]),
        ("GET", "/settings", nil, [200, 200, 200, 403]),
        ("GET", "/settings/strict_revocation", nil, [200, 200, 200, 403]),
        ("PUT", "/settings/strict_revocation", [:], [400, 403, 403, 403]),
        ("PATCH", "/settings/none", [:], [404, 403, 403, 403]),
        ("DELETE", "/settings/strict_revocation", nil, [404, 403, 403, 403]),
        ("GET", "/nodes", nil, [200, 200, 200, 403]),
        ("GET", "/audit", nil, [200, 200, 200, 403]),
    ]

    @Test("Each role may do what the table says, and a token without the scope nothing")
    func table() async throws {
        try await withAdminServer { server in
            _ = try await server.store.createUser(NewUser(username: "other"))
            let roles: [Caller.Role] = [.admin, .operator, .auditor, .user]
            for (index, role) in roles.enumerated() {
                let token = try await server.token(role)
                let plain = try await server.token(role, scopes: [.inference])
                for (method, path, body, statuses) in Self.table {
                    let other = try await server.store.createToken(NewToken(user: "other", name: "t")).row.id
                    let target = path == "/tokens/OTHER" ? "/tokens/\(other)" : path
                    let refused = try await server.call(method, target, body, as: plain)
                    #expect(refused.status == 403, "\(method) \(path) without the scope")
                    #expect(refused["content-type"] == "application/problem+json")
                    let answer = try await server.call(method, target, body, as: token)
                    #expect(answer.status == statuses[index], "\(method) \(path) as \(role)")
                }
            }
        }
    }

    @Test("Nobody gets anything without a known token", arguments: [nil, "sy-unknown"])
    func strangers(token: String?) async throws {
        try await withAdminServer { server in
            for (method, path, body, _) in Self.table {
                let answer = try await server.call(method, path, body, as: token)
                #expect(answer.status == 401, "\(method) \(path)")
                #expect(answer["www-authenticate"] == "Bearer")
                #expect(answer.json["type"] == "urn:switchyard:problem:unauthorized")
            }
            #expect(try await server.call("GET", "/nothing", as: token).status == 401)
        }
    }

    @Test("A user sees and changes what is its own, and nothing that is for an admin to say")
    func ownThings() async throws {
        try await withAdminServer { server in
            let token = try await server.token(.user)
            let user = try await server.store.user("a-user")
            let admin = try await server.store.user("admin")
            for (number, owner) in [user, admin].enumerated() {
                var row = UsageRecord(
                    RequestIdentity(
                        id: "019cd79e-4600-7000-8000-00000000000\(number)", requestID: "r\(number)",
                        time: TestClock.noon, node: "n", userID: owner.id, username: owner.username, tokenID: nil,
                        endpoint: "/v1/x", dialect: "openai", route: "r", stream: false))
                row.status = 200
                try await server.record(row)
            }
            await server.ledger.flush()
            for query in ["", "?user=a-user", "?user=\(user.id)"] {
                let rows = try await server.call("GET", "/requests\(query)", as: token).json["data"]?.elements
                #expect(rows?.compactMap { $0["request_id"]?.string } == ["r0"])
            }
            #expect(
                try await server.call("GET", "/requests/019cd79e-4600-7000-8000-000000000000", as: token).status == 200)
            #expect(
                try await server.call("GET", "/requests/019cd79e-4600-7000-8000-000000000001", as: token).status == 404)
            let sums = try await server.call("GET", "/usage?group_by=user", as: token).json["data"]?.elements
            #expect(sums?.compactMap { $0["user"]?.string } == ["a-user"])

            let users = try await server.call("GET", "/users", as: token).json["data"]?.elements
            #expect(users?.compactMap { $0["username"]?.string } == ["a-user"])
            #expect(try await server.call("GET", "/users/a-user", as: token).status == 200)
            let patched = try await server.call(
                "PATCH", "/users/a-user", ["email": "me@example.org", "password": "my new words"], as: token)
            #expect(patched.json["email"] == "me@example.org")
            for field in ["role", "tier", "limits", "disabled"] {
                let values: [String: JSONTree] = ["role": "admin", "tier": .null, "limits": [:], "disabled": false]
                let answer = try await server.call(
                    "PATCH", "/users/a-user", .object([(field, values[field]!)]), as: token)
                #expect(answer.status == 403, "\(field)")
            }

            let made = try await server.call("POST", "/tokens", ["user": "a-user", "name": "mine"], as: token)
            #expect(made.status == 201)
            let id = try #require(made.json["id"]?.string)
            let names = try await server.call("GET", "/tokens", as: token).json["data"]?.elements
            #expect(names?.compactMap { $0["name"]?.string } == ["t", "mine"])
            #expect(try await server.call("PATCH", "/tokens/\(id)", ["name": "ours"], as: token).status == 200)
            #expect(try await server.call("DELETE", "/tokens/\(id)", as: token).status == 200)
        }
    }
}
