import JSON
import Testing

@Suite struct ObjectVersionsTests {
    private static let provider: JSONTree = [
        "id": "up", "type": "openai", "endpoint": "http://127.0.0.1:9", "api_key": "sk-0123456789",
        "models": [["name": "m", "pricing": ["prompt": 1, "completion": 2]], ["name": "n"]],
    ]

    @Test("A write under If-Match is refused when the object has changed meanwhile")
    func optimisticLocking() async throws {
        try await withAdminServer { server in
            let made = try await server.call("POST", "/providers", Self.provider)
            let tag = try #require(made["etag"])
            let first = try await server.call(
                "PATCH", "/providers/up", ["enabled": false], headers: [("if-match", tag)])
            #expect(first.status == 200)
            #expect(first["etag"] != tag)
            for (method, body) in [("PATCH", ["enabled": true] as JSONTree), ("PUT", Self.provider), ("DELETE", nil)] {
                let answer = try await server.call(method, "/providers/up", body, headers: [("if-match", tag)])
                #expect(answer.status == 412, "\(method)")
                #expect(answer.json["type"] == "urn:switchyard:problem:precondition_failed")
            }
            let key = try await server.call("PATCH", "/credentials/up/default", ["weight": 2])
            #expect(try await server.call("GET", "/providers/up")["etag"] == key["etag"], "its keys are part of it")
            #expect(
                try await server.call("DELETE", "/providers/up", headers: [("if-match", "*")]).status == 204)
        }
    }

    @Test(
        "Users, tokens, tiers and models have versions too",
        arguments: [
            ("users", ["username": "ann", "role": "user"], ["email": "ann@example.org"]),
            ("tokens", ["user": "admin", "name": "t"], ["name": "other"]),
            ("tiers", ["id": "gold"], ["limits": ["requests_per_day": 5]]),
            ("models", ["provider": "up", "name": "fresh"], ["context_length": 5]),
        ] as [(String, JSONTree, JSONTree)])
    func versions(resource: String, object: JSONTree, patch: JSONTree) async throws {
        try await withAdminServer { server in
            _ = try await server.call("POST", "/providers", Self.provider)
            let made = try await server.call("POST", "/\(resource)", object)
            let tag = try #require(made["etag"])
            let path = "/\(resource)/\(try #require(made.json["id"]?.string))"
            let version = try #require(made.json["version"]?.int)
            #expect(tag == "\"\(version)\"")
            #expect(try await server.call("GET", path)["etag"] == tag)
            let changed = try await server.call("PATCH", path, patch, headers: [("if-match", tag)])
            #expect(changed.status == 200)
            let number = try #require(changed.json["config_version"]?.int)
            #expect(changed["etag"] == "\"\(number)\"")
            for method in ["PATCH", "DELETE"] {
                let late = try await server.call(
                    method, path, method == "PATCH" ? patch : nil, headers: [("if-match", tag)])
                #expect(late.status == 412, "\(method)")
            }
            #expect(try await server.call("GET", path)["etag"] == changed["etag"], "nothing was changed")
            let rows = try await server.all("/\(resource)", limit: 10)
            #expect(rows.contains { $0["version"] == changed.json["version"] })
            let last = try await server.call(
                "DELETE", path, headers: [("if-match", "\"1\", " + (changed["etag"] ?? ""))])
            #expect((200...204).contains(last.status))
        }
    }

    @Test("What If-Match names is not made anew where it is gone")
    func versionsOfNothing() async throws {
        try await withAdminServer { server in
            let limits: JSONTree = ["limits": ["requests_per_day": 5]]
            let answer = try await server.call("PUT", "/tiers/gold", limits, headers: [("if-match", "\"1\"")])
            #expect(answer.status == 412)
            #expect(try await server.call("GET", "/tiers/gold").status == 404)
        }
    }
}
