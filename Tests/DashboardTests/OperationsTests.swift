import ClusterState
import GatewayTypes
import JSON
import Testing

@Suite struct OperationsTests {
    @Test("Cooldowns are listed with what rests, and cleared by place or all at once")
    func cooldowns() async throws {
        try await withAdminServer { server in
            let cooldowns = server.cooldowns
            cooldowns.cool(
                .credentialModel(provider: "openai", credential: "a", model: "m"), for: .seconds(5), reason: .rateLimit)
            cooldowns.cool(.credential(provider: "openai", credential: "b"), for: .seconds(10), reason: .quota)
            cooldowns.cool(.providerModel(provider: "groq", model: "m"), for: .seconds(20), reason: .faults)
            let rows = try await server.all("/cooldowns", limit: 2)
            #expect(
                rows == [
                    [
                        "provider": "openai", "credential": "a", "model": "m", "until": "2026-03-10T12:00:05.000Z",
                        "reason": "rate_limit",
                    ],
                    [
                        "provider": "openai", "credential": "b", "model": .null, "until": "2026-03-10T12:00:10.000Z",
                        "reason": "quota",
                    ],
                    [
                        "provider": "groq", "credential": .null, "model": "m", "until": "2026-03-10T12:00:20.000Z",
                        "reason": "faults",
                    ],
                ])
            #expect(try await server.all("/cooldowns?model=m", limit: 9) == [rows[0], rows[2]])
            #expect(try await server.call("DELETE", "/cooldowns?provider=openai&credential=b").status == 204)
            #expect(try await server.all("/cooldowns", limit: 9) == [rows[0], rows[2]])
            #expect(try await server.call("DELETE", "/cooldowns").status == 204)
            #expect(try await server.all("/cooldowns", limit: 9) == [])
        }
    }

    @Test("A tier is made, replaced, kept while users are under it, and deleted")
    func tiers() async throws {
        try await withAdminServer { server in
            var gold: JSONTree = [
                "id": "gold", "limits": ["requests_per_minute": 7], "managed_by": "store",
            ]
            #expect(
                try await server.call("PUT", "/tiers/gold", ["limits": ["requests_per_minute": 3]]).status == 200)
            let put = try await server.call("PUT", "/tiers/gold", gold)
            gold["version"] = put.json["config_version"]
            #expect(put.row == gold)
            #expect(try await server.call("GET", "/tiers/gold").json == gold)
            let silver = try await server.call("PUT", "/tiers/silver", ["limits": [:]])
            #expect(silver.status == 200)
            #expect(try await server.all("/tiers", limit: 1) == [gold, silver.row])
            _ = try await server.store.createUser(NewUser(username: "ann", tier: "gold"))
            #expect(try await server.call("DELETE", "/tiers/gold").status == 409)
            #expect(try await server.call("PATCH", "/users/ann", ["tier": .null]).status == 200)
            #expect(try await server.call("DELETE", "/tiers/gold").status == 204)
            #expect(try await server.call("GET", "/tiers/gold").status == 404)
            #expect(try await server.call("DELETE", "/tiers/gold").status == 404)
        }
    }

    @Test("What the file defines is shown and read-only")
    func configuredTiers() async throws {
        try await withAdminServer { server in
            var limits = Limits()
            limits.concurrentRequests = 1
            server.store.configuredTiers.replace(with: [TierConfiguration(name: "file", limits: limits)])
            #expect(
                try await server.call("GET", "/tiers/file").json
                    == [
                        "id": "file", "limits": ["concurrent_requests": 1], "managed_by": "file", "version": .null,
                    ])
            for (method, body) in [("PUT", ["limits": [:]] as JSONTree), ("DELETE", nil)] {
                let answer = try await server.call(method, "/tiers/file", body)
                #expect(answer.status == 409)
                #expect(answer.json["type"] == "urn:switchyard:problem:managed_by_file")
            }
        }
    }
}
