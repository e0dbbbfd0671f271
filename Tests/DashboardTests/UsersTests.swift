import ClusterState
import GatewayTypes
import JSON
import Testing

@Suite struct UsersTests {
    @Test("A user is made, read by id and name, changed, disabled and deleted")
    func life() async throws {
        try await withAdminServer { server in
            try await server.store.putTier(TierConfiguration(name: "gold", limits: Limits()))
            let made = try await server.call(
                "POST", "/users",
                [
                    "username": "ann", "email": "ann@example.org", "password": "correct horse", "role": "user",
                    "tier": "gold", "limits": ["usd_per_month": 12.5],
                ])
            #expect(made.status == 201)
            let id = try #require(made.json["id"]?.string)
            #expect(made["location"] == "/admin/api/v1/users/\(id)")
            #expect(made.json["limits"] == ["usd_per_month": "12.5"])
            #expect(made.json["created_at"] == "2026-03-10T12:00:00.000Z")
            #expect(made.json["disabled"] == false)
            #expect(made.json["can_log_in"] == true)
            for answer in [made, try await server.call("GET", "/users")] {
                #expect(!answer.text.contains("correct horse"))
                #expect(!answer.text.contains("scrypt"))
            }
            for path in ["/users/ann", "/users/\(id)", "/users/%61nn"] {
                #expect(try await server.call("GET", path).json == made.row)
            }
            #expect(try await server.store.verify(username: "ann", password: "correct horse")?.id == id)

            let text = try await server.store.createToken(NewToken(user: "ann", name: "t")).text
            let changed = try await server.call(
                "PATCH", "/users/ann", ["disabled": true, "tier": .null, "email": .null, "password": "battery staple"])
            #expect(changed.status == 200)
            #expect(changed.json["disabled_at"] == "2026-03-10T12:00:00.000Z")
            #expect(changed.json["tier"] == .null)
            #expect(changed.json["email"] == .null)
            #expect(changed.json["limits"] == made.json["limits"])
            await #expect(throws: GatewayError.unauthorized(.disabled)) { try await server.directory.caller(for: text) }
            #expect(try await server.call("PATCH", "/users/ann", ["disabled": false]).json["disabled"] == false)
            #expect(try await server.store.verify(username: "ann", password: "battery staple")?.id == id)

            let gone = try await server.call("DELETE", "/users/\(id)")
            #expect(gone.status == 204 && gone.body.isEmpty)
            #expect(try await server.call("GET", "/users/ann").status == 404)
            await #expect(throws: GatewayError.unauthorized(.unknown)) { try await server.directory.caller(for: text) }
        }
    }

    @Test("A name that is taken is a conflict that names its field")
    func taken() async throws {
        try await withAdminServer { server in
            let answer = try await server.call("POST", "/users", ["username": "admin", "role": "user"])
            #expect(answer.status == 409)
            #expect(answer.json["type"] == "urn:switchyard:problem:conflict")
            #expect(answer.json["errors"]?[0]?["field"] == "username")
        }
    }

    @Test("An admin cannot take the last admin away: itself", arguments: [true, false])
    func lastAdmin(byName: Bool) async throws {
        try await withAdminServer { server in
            let path = byName ? "/users/admin" : "/users/\(try await server.store.user("admin").id)"
            #expect(try await server.call("DELETE", path).status == 409)
            #expect(try await server.call("PATCH", path, ["disabled": true]).status == 409)
            #expect(try await server.call("PATCH", path, ["role": "user"]).status == 409)
            #expect(try await server.call("PATCH", path, ["role": "admin", "disabled": false]).status == 200)
        }
    }

    @Test("Pages go through 250 users, each once and in order", arguments: [250, 100, 7])
    func pages(limit: Int) async throws {
        try await withAdminServer { server in
            var names = ["admin"]
            for number in 1..<250 {
                names.append("u\(number)")
                _ = try await server.store.createUser(NewUser(username: "u\(number)"))
            }
            #expect(try await server.all("/users", limit: limit).compactMap { $0["username"]?.string } == names)
        }
    }
}
