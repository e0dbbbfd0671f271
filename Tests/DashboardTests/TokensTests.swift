import ClusterState
import GatewayTypes
import JSON
import Testing

@Suite struct TokensTests {
    @Test("A token's text is in the answer to its POST, works, and is nowhere else")
    func shownOnce() async throws {
        try await withAdminServer { server in
            _ = try await server.store.createUser(NewUser(username: "ann"))
            let made = try await server.call(
                "POST", "/tokens",
                [
                    "user": "ann", "name": "laptop", "scopes": ["inference", "admin"], "models": ["openai/*"],
                    "ip_allow": ["127.0.0.0/8"], "expires_at": "2027-01-31T12:00:00+02:00",
                    "limits": ["requests_per_minute": 5, "usd_per_day": "1.50"],
                ])
            #expect(made.status == 201)
            let text = try #require(made.json["token"]?.string)
            let id = try #require(made.json["id"]?.string)
            #expect(text.hasPrefix("sy-") && text.utf8.count == 46)
            #expect(made["location"] == "/admin/api/v1/tokens/\(id)")
            let shown = try await server.call("GET", "/tokens/\(id)")
            var expected = made.row
            expected["token"] = nil
            #expect(shown.json == expected)
            #expect(
                shown.json["limits"] == ["requests_per_minute": 5, "usd_per_day": "1.5"] as JSONTree)
            #expect(shown.json["expires_at"] == "2027-01-31T10:00:00.000Z")
            #expect(shown.json["user"] == "ann")
            #expect(shown.json["scopes"] == ["admin", "inference"])
            #expect(shown.json["revoked_at"] == .null)
            for path in ["/tokens", "/tokens/\(id)", "/tokens?user=ann", "/users", "/users/ann"] {
                let answer = try await server.call("GET", path)
                #expect(answer.status == 200)
                #expect(!answer.text.contains(text))
                #expect(!answer.text.contains("hash"))
            }
            let caller = try await server.directory.caller(for: text)
            #expect(caller.username == "ann")
            #expect(caller.models == ["openai/*"])
            #expect(caller.allowedAddresses == ["127.0.0.0/8"])
            #expect(caller.tokenLimits.requestsPerMinute == 5)
        }
    }

    @Test("A token's zone can be stated, changed alone and taken away; an unknown one is refused at its field")
    func zone() async throws {
        try await withAdminServer { server in
            let made = try await server.call(
                "POST", "/tokens",
                [
                    "user": "admin", "name": "far away", "zone": "Asia/Tokyo",
                    "limits": ["requests_per_day": 5, "on_outage": "refuse"],
                ])
            #expect(made.status == 201)
            #expect(made.json["zone"] == "Asia/Tokyo")
            #expect(
                made.json["limits"]
                    == ["requests_per_day": 5, "zone": "Asia/Tokyo", "on_outage": "refuse"] as JSONTree)
            let id = try #require(made.json["id"]?.string)
            let changed = try await server.call("PATCH", "/tokens/\(id)", ["zone": "Europe/Berlin"])
            #expect(changed.json["zone"] == "Europe/Berlin")
            #expect(changed.json["limits"]?["requests_per_day"] == 5)
            let without = try await server.call("PATCH", "/tokens/\(id)", ["zone": .null])
            #expect(without.json["zone"] == .null)
            for body in [["zone": "Mars/Olympus"], ["limits": ["zone": "Mars/Olympus"]]] as [JSONTree] {
                let refused = try await server.call("PATCH", "/tokens/\(id)", body)
                #expect(refused.status == 400)
                #expect(refused.text.contains("zone"))
            }
        }
    }

    @Test("A revoked token is refused from the answer on, and its row stays")
    func revoked() async throws {
        try await withAdminServer { server in
            let text = try await server.token(.admin)
            let token = try await server.directory.caller(for: text)
            let id = try #require(token.tokenID)
            #expect(try await server.call("GET", "/users", as: text).status == 200)
            let revoked = try await server.call("DELETE", "/tokens/\(id)")
            #expect(revoked.status == 200)
            #expect(revoked.json["revoked_at"] == "2026-03-10T12:00:00.000Z")
            #expect(try await server.call("GET", "/users", as: text).status == 401)
            server.clock.advance(1000)
            let again = try await server.call("DELETE", "/tokens/\(id)")
            #expect(again.json["revoked_at"] == "2026-03-10T12:00:00.000Z")
            #expect(try await server.call("GET", "/tokens/\(id)").json == again.row)
        }
    }

    @Test("A PATCH changes what it names and nothing else, and null takes an end away")
    func changed() async throws {
        try await withAdminServer { server in
            let made = try await server.call(
                "POST", "/tokens",
                ["user": "admin", "name": "a", "models": ["m"], "expires_at": "2027-01-31T12:00:00Z"])
            let id = try #require(made.json["id"]?.string)
            var expected = made.row
            expected["token"] = nil
            expected["name"] = "b"
            expected["expires_at"] = .null
            expected["limits"] = ["tokens_per_day": 0]
            expected["scopes"] = ["admin"]
            let changed = try await server.call(
                "PATCH", "/tokens/\(id)",
                ["name": "b", "expires_at": .null, "limits": ["tokens_per_day": 0], "scopes": ["admin"]])
            #expect(changed.status == 200)
            expected["version"] = changed.json["config_version"]
            #expect(changed.row == expected)
            let same = try await server.call("PATCH", "/tokens/\(id)", [:])
            expected["version"] = same.json["config_version"]
            #expect(same.row == expected)
        }
    }

    @Test("An expired token is refused")
    func expired() async throws {
        try await withAdminServer { server in
            let made = try await server.call(
                "POST", "/tokens",
                ["user": "admin", "name": "a", "scopes": ["admin"], "expires_at": "2026-03-10T12:00:02Z"])
            let text = try #require(made.json["token"]?.string)
            #expect(try await server.call("GET", "/users", as: text).status == 200)
            server.clock.advance(2000)
            #expect(try await server.call("GET", "/users", as: text).status == 401)
        }
    }

    @Test("Pages go through 250 rows, each once and in order", arguments: [1000, 100, 49])
    func pages(limit: Int) async throws {
        try await withAdminServer { server in
            _ = try await server.store.createUser(NewUser(username: "ann"))
            var ids: [String] = []
            for number in 0..<250 {
                let user = number % 5 == 0 ? "ann" : "admin"
                ids.append(try await server.store.createToken(NewToken(user: user, name: "t\(number)")).row.id)
            }
            #expect(try await server.all("/tokens", limit: limit).compactMap { $0["id"]?.string } == ids)
            #expect(try await server.all("/tokens?user=ann", limit: limit).count == 50)
        }
    }
}
