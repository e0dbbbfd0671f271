import ClusterState
import Configuration
import GatewayTypes
import JSON
import Testing

@Suite struct ObjectsTests {
    private static let key = "sk-very-secret-0123456789"
    private static let provider: JSONTree = [
        "id": "up", "type": "openai", "endpoint": "http://127.0.0.1:9", "api_key": .string(key),
        "models": [["name": "m", "pricing": ["prompt": 1, "completion": 2]], ["name": "n"]],
    ]
    private static let rotation: JSONTree = [
        "id": "fast", "providers": [["provider_id": "up", "models": [["name": "m", "weight": 3]]]],
    ]
    private static let autoselect: JSONTree = [
        "id": "auto", "selection_model": "internal", "fallback": "rotation/fast",
        "available_models": [["model_id": "up/n", "description": "long", "priority": 1]],
    ]

    @Test(
        "Providers, rotations and autoselects are made, read, replaced, changed and deleted, and are in force at once")
    func life() async throws {
        try await withAdminServer { server in
            for (path, body) in [
                ("/providers", Self.provider), ("/rotations", Self.rotation), ("/autoselects", Self.autoselect),
            ] {
                let id = try #require(body["id"]?.string)
                let made = try await server.call("POST", path, body)
                #expect(made.status == 201, "\(made.text)")
                #expect(made["location"] == "/admin/api/v1\(path)/\(id)")
                #expect(made.json["managed_by"] == "store")
                #expect(made["etag"] == "\"\(try #require(made.json["version"]?.int))\"")
                #expect(try await server.call("GET", "\(path)/\(id)").json == made.row)
                #expect(try await server.call("POST", path, body).status == 409)
                let again = try await server.call("PUT", "\(path)/\(id)", made.row)
                #expect(again.status == 200, "what was read may be written: \(again.text)")
                #expect(again.row == made.row)
            }
            let configuration = server.configuration.configuration
            let provider = try #require(configuration.providers.first { $0.id == "up" })
            #expect(provider.endpoint == "http://127.0.0.1:9/v1")
            #expect(provider.credentials.map { $0.key.reveal() } == [Self.key])
            #expect(configuration.rotations.map(\.name) == ["fast"])
            #expect(configuration.autoselects.map(\.name) == ["auto"])

            let patched = try await server.call("PATCH", "/providers/up", ["enabled": false, "idle_timeout": 5])
            #expect(patched.json["enabled"] == false && patched.json["type"] == "openai")
            #expect(server.configuration.configuration.providers.first { $0.id == "up" }?.isEnabled == false)
            let back = try await server.call("PATCH", "/providers/up", ["enabled": .null])
            #expect(back.json["enabled"] == nil && back.json["idle_timeout"] == 5)

            #expect(try await server.all("/providers", limit: 1).map { $0["id"]?.string } == ["demo", "up"])
            for path in ["/autoselects/auto", "/rotations/fast", "/providers/up"] {
                #expect(try await server.call("DELETE", path).status == 204)
                #expect(try await server.call("GET", path).status == 404)
                #expect(try await server.call("DELETE", path).status == 404)
                #expect(try await server.call("PATCH", path, [:]).status == 404)
            }
            #expect(server.configuration.configuration.providers.map(\.id) == ["demo"])
            #expect(try await server.call("GET", "/credentials").json["data"] == [])
        }
    }

    /// What is sent, and the field at fault, named as in the configuration file.
    private static let badBodies: [(path: String, body: JSONTree, field: String)] = [
        ("/providers", ["type": "openai"], "id"), ("/providers", ["id": "a/b", "type": "openai"], "id"),
        ("/providers", ["id": "x", "type": "soup"], "type"),
        ("/providers", ["id": "x", "type": "openai", "endpoint": "ftp://h"], "endpoint"),
        ("/providers", ["id": "x", "type": "openai", "endpont": "http://h"], "endpont"),
        ("/providers", ["id": "x", "type": "openai", "models": [["name": "m"], ["nam": "n"]]], "models[1].name"),
        (
            "/providers", ["id": "x", "type": "openai", "models": [["name": "m", "pricing": ["prompt": -1]]]],
            "models[0].pricing.prompt"
        ),
        ("/providers", ["id": "x", "type": "openai", "api_key": 7], "api_key"),
        ("/providers", ["id": "x", "type": "openai", "api_key": "env:HOME"], "api_key"),
        ("/providers", ["id": "x", "type": "openai", "api_key": "file:/etc/passwd"], "api_key"),
        ("/providers", ["id": "x", "type": "openai", "api_key": "a\nb"], "api_key"),
        ("/providers", ["id": "x", "type": "openai", "headers": ["x-api-key": "sk"]], "headers"),
        ("/providers", ["id": "x", "type": "openai", "credentials": [["id": "a"]]], "credentials[0].api_key"),
        ("/providers", ["id": "x", "type": "openai", "credentials": [["key": "a"]]], "credentials[0].key"),
        ("/rotations", ["id": "r", "providers": [["provider_id": "gone"]]], "providers[0].provider_id"),
        (
            "/rotations", ["id": "r", "providers": [["provider_id": "demo", "models": [["name": "soup"]]]]],
            "providers[0].models[0].name"
        ),
        ("/rotations", ["id": "r", "providers": []], "providers"),
        ("/rotations", ["id": "r", "strategy": "best", "providers": [["provider_id": "demo"]]], "strategy"),
        ("/autoselects", ["id": "a", "fallback": "demo/echo"], "available_models"),
        ("/autoselects", ["id": "a", "available_models": [["model_id": "demo/echo"]]], "fallback"),
        (
            "/autoselects", ["id": "a", "fallback": "demo/echo", "available_models": [["model_id": "demo/soup"]]],
            "available_models[0].model_id"
        ),
        ("/credentials", ["provider": "gone", "api_key": "k"], "provider"),
        ("/credentials", ["api_key": "k"], "provider"),
        ("/models", ["provider": "gone", "name": "m"], "provider"), ("/models", ["provider": "gone"], "name"),
    ]

    @Test("A bad object is a 400 that names the field as the configuration file does, and nothing is stored")
    func badBodies() async throws {
        try await withAdminServer { server in
            for (path, body, field) in Self.badBodies {
                let answer = try await server.call("POST", path, body)
                #expect(answer.status == 400, "\(path) \(body)")
                let named = answer.json["errors"]?.elements.compactMap { $0["field"]?.string } ?? []
                #expect(named.contains(field), "\(path) \(body): \(answer.text)")
                #expect(!answer.text.contains("passwd:") && !answer.text.contains("a\\nb"))
            }
            #expect(
                try await server.call("GET", "/audit").json["data"]?.elements.contains { $0["kind"] == "provider" }
                    == false)
            #expect(try await server.store.objects() == StoredObjects())
            #expect(
                try await server.call("PUT", "/settings/strict_revocation", ["value": "yes"]).json["errors"]?[0]?[
                    "field"] == "value")
            #expect(try await server.call("PUT", "/settings/soup", ["value": 1]).status == 404)
        }
    }

    @Test("What another object needs cannot be taken away: 409 names who needs it")
    func references() async throws {
        try await withAdminServer { server in
            _ = try await server.call("POST", "/providers", Self.provider)
            _ = try await server.call("POST", "/rotations", Self.rotation)
            _ = try await server.call("POST", "/autoselects", Self.autoselect)
            for (method, path, body, user) in [
                ("DELETE", "/providers/up", nil, "rotation/fast"), ("DELETE", "/models/up/m", nil, "rotation/fast"),
                ("PATCH", "/providers/up", ["models": [["name": "n"]]] as JSONTree, "rotation/fast"),
                ("DELETE", "/models/up/n", nil, "autoselect/auto"),
                ("DELETE", "/rotations/fast", nil, "autoselect/auto"),
            ] {
                let answer = try await server.call(method, path, body)
                #expect(answer.status == 409, "\(method) \(path): \(answer.text)")
                #expect(answer.json["detail"]?.string?.contains(user) == true, "\(answer.text)")
            }
            #expect(try await server.call("DELETE", "/autoselects/auto").status == 204)
            #expect(try await server.call("DELETE", "/models/up/n").status == 204)
        }
    }

    @Test(
        "A key is written and never read back: not in any answer, nor in the log of changes, nor in the database as it is"
    )
    func secrets() async throws {
        try await withAdminServer { server in
            var answers = [try await server.call("POST", "/providers", Self.provider)]
            answers.append(
                try await server.call(
                    "POST", "/credentials", ["provider": "up", "credential": "two", "api_key": .string(Self.key + "2")])
            )
            answers.append(try await server.call("PATCH", "/credentials/up/two", ["api_key": .string(Self.key + "3")]))
            answers.append(try await server.call("PATCH", "/credentials/up/two", ["weight": 2]))
            #expect(answers.map(\.status) == [201, 201, 200, 200])
            for path in [
                "/providers", "/providers/up", "/credentials", "/credentials/up/two", "/audit", "/models", "/nodes",
            ] {
                answers.append(try await server.call("GET", path))
            }
            for answer in answers { #expect(!answer.text.contains("secret")) }
            let keys = server.configuration.configuration.providers.first { $0.id == "up" }?.credentials
            #expect(keys?.map { $0.key.reveal() } == [Self.key, Self.key + "3"])
            #expect(keys?.map(\.weight) == [1, 2])
            let audit = try await server.call("GET", "/audit?kind=credential").json["data"]!.elements
            #expect(audit.map { $0["after"]?["api_key"] == "[changed]" } == [false, true, true])
            let stored = try await server.store.objects()
            #expect(!String(describing: stored).contains("secret"))
            // A sealed key opens only where it was put.
            var moved = stored.credentials[0]
            moved.id = "elsewhere"
            #expect(server.vault.open(stored.credentials[0]) != nil)
            #expect(server.vault.open(moved) == nil)
        }
    }

    @Test(
        "Credentials are made, weighed, listed by provider and deleted; PUT of a provider keeps what it does not name")
    func credentials() async throws {
        try await withAdminServer { server in
            _ = try await server.call("POST", "/providers", Self.provider)
            let made = try await server.call(
                "POST", "/credentials", ["provider": "up", "credential": "b", "api_key": "k2", "weight": 3])
            #expect(made.json["id"] == "up/b")
            #expect(made["location"] == "/admin/api/v1/credentials/up/b")
            for path in ["/credentials/up/b", "/credentials/up%2Fb"] {
                #expect(try await server.call("GET", path).json == made.row)
            }
            #expect(
                try await server.call("POST", "/credentials", ["provider": "up", "id": "up/b", "api_key": "k"]).status
                    == 409)
            #expect(try await server.call("PUT", "/credentials/up/c", ["weight": 1]).status == 400)
            #expect(try await server.call("PUT", "/credentials/up/c", ["api_key": "k3"]).status == 200)
            #expect(
                try await server.all("/credentials?provider=up", limit: 1).map { $0["credential"] } == [
                    "b", "c", "default",
                ])
            let shown = try await server.call("GET", "/providers/up").json
            #expect(
                shown["credentials"]
                    == [["id": "b", "weight": 3], ["id": "c", "weight": 1], ["id": "default", "weight": 1]])
            let kept = try await server.call(
                "PATCH", "/providers/up", ["credentials": [["id": "b", "weight": 1], ["id": "d", "api_key": "k4"]]])
            #expect(kept.json["credentials"] == [["id": "b", "weight": 1], ["id": "d", "weight": 1]])
            #expect(try await server.call("DELETE", "/credentials/up/d").status == 204)
            #expect(try await server.call("DELETE", "/credentials/up/d").status == 404)
            #expect(try await server.call("GET", "/credentials/up").status == 404)
        }
    }

    @Test("Models and prices are listed for everybody and changed one by one")
    func models() async throws {
        try await withAdminServer { server in
            _ = try await server.call("POST", "/providers", Self.provider)
            let user = try await server.token(.user)
            let names = try await server.all("/models", limit: 2, as: user).map { $0["id"]?.string }
            #expect(names == ["demo/echo", "demo/lorem", "up/m", "up/n"])
            let patched = try await server.call("PATCH", "/models/up/m", ["pricing": ["completion": 5]])
            #expect(patched.json["pricing"] == ["prompt": 1, "completion": 5])
            #expect(patched.json["source"] == "store")
            let provider = try #require(server.configuration.configuration.providers.first { $0.id == "up" })
            #expect(provider.models[0].pricing == Pricing(prompt: USD("1")!, completion: USD("5")!))
            let made = try await server.call(
                "POST", "/models", ["provider": "up", "name": "meta/big", "context_length": 8000])
            #expect(made.status == 201)
            for path in ["/models/up/meta/big", "/models/up%2Fmeta%2Fbig", "/models/up/meta%2Fbig"] {
                #expect(try await server.call("GET", path).json == made.row)
            }
            let bad = try await server.call("PUT", "/models/up/meta/big", ["context_length": 0])
            #expect(bad.json["errors"]?[0]?["field"] == "context_length")
            #expect(try await server.call("PUT", "/models/up/meta/big", ["context_length": 9]).status == 200)
            #expect(try await server.call("DELETE", "/models/up/meta/big").status == 204)
            #expect(try await server.call("GET", "/models/up/meta/big").status == 404)
            #expect(try await server.call("PATCH", "/models/demo/echo", [:]).status == 409)
        }
    }

    @Test("Settings are listed with their defaults, set for all nodes, and go back to the default")
    func settings() async throws {
        try await withAdminServer(file: "{ server: { drain_timeout: 7 } }") { server in
            let rows = try await server.call("GET", "/settings").json["data"]!.elements
            #expect(
                rows.map { $0["id"] } == ["drain_timeout", "max_body_bytes", "strict_revocation", "trusted_proxies"])
            #expect(rows.map { $0["managed_by"] } == ["file", "builtin", "builtin", "builtin"])
            #expect(rows[0]["value"] == 7)
            #expect(try await server.call("PUT", "/settings/drain_timeout", ["value": 8]).status == 409)
            let set = try await server.call("PUT", "/settings/strict_revocation", ["value": true])
            #expect(set.json["value"] == true && set.json["default"] == false && set.json["managed_by"] == "store")
            #expect(server.configuration.configuration.server.strictRevocation)
            #expect(server.configuration.configuration.server.drainTimeout == .seconds(7))
            #expect(try await server.call("PUT", "/settings/max_body_bytes", ["value": 5]).status == 400)
            #expect(try await server.call("DELETE", "/settings/strict_revocation").status == 204)
            #expect(!server.configuration.configuration.server.strictRevocation)
        }
    }

    @Test("What the file defines is shown without its secrets, wins over the store, and is read-only")
    func file() async throws {
        let file = """
            { providers: { filed: { type: "openai", endpoint: "http://127.0.0.1:9", headers: { "x-api-key": "sk-h", "x-team": "a" },
                                    credentials: [{ id: "main", api_key: "sk-file-secret", weight: 2 }], models: [{ name: "m" }] } },
              rotations: { r: { providers: [{ provider_id: "filed" }] } }, tiers: { t: { limits: { requests_per_day: 1 } } } }
            """
        try await withAdminServer(file: file) { server in
            let shown = try await server.call("GET", "/providers/filed")
            #expect(shown.json["managed_by"] == "file")
            #expect(shown.json["credentials"] == [["id": "main", "weight": 2]])
            #expect(shown.json["headers"] == ["x-api-key": "[secret]", "x-team": "a"])
            #expect(!shown.text.contains("sk-"))
            #expect(try await server.call("GET", "/credentials/filed/main").json["managed_by"] == "file")
            #expect(try await server.call("GET", "/models/filed/m").json["source"] == "file")
            #expect(try await server.call("GET", "/tiers").json["data"]?[0]?["managed_by"] == "file")
            for (method, path, body) in [
                ("PUT", "/providers/filed", Self.provider) as (String, String, JSONTree?),
                ("PATCH", "/providers/filed", ["enabled": false]), ("DELETE", "/providers/filed", nil),
                ("POST", "/providers", ["id": "filed", "type": "openai"]), ("DELETE", "/rotations/r", nil),
                ("POST", "/credentials", ["provider": "filed", "credential": "x", "api_key": "k"]),
                ("DELETE", "/credentials/filed/main", nil), ("PATCH", "/models/filed/m", [:]),
                ("PATCH", "/tiers/t", [:]), ("POST", "/tiers", ["id": "t", "limits": [:]]),
                ("DELETE", "/providers/demo", nil),
            ] {
                let answer = try await server.call(method, path, body)
                #expect(answer.status == 409, "\(method) \(path): \(answer.text)")
                #expect(answer.json["type"] == "urn:switchyard:problem:managed_by_file", "\(method) \(path)")
            }
            // A stored rotation may use the file's provider.
            #expect(
                try await server.call("POST", "/rotations", ["id": "s", "providers": [["provider_id": "filed"]]]).status
                    == 201)
        }
    }
}
