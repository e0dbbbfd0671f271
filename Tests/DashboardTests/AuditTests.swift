import ClusterState
import GatewayTypes
import HTTPTypes
import JSON
import Testing

@testable import Dashboard

@Suite struct AuditTests {
    /// Every way to write, in an order in which all succeed.
    private static let writes: [(method: String, path: String, body: JSONTree?, kind: String, action: String)] = [
        ("PUT", "/tiers/gold", ["limits": [:]], "tier", "create"),
        ("PUT", "/tiers/gold", ["limits": ["requests_per_day": 1]], "tier", "update"),
        ("POST", "/users", ["username": "ann", "role": "user", "tier": "gold"], "user", "create"),
        ("PATCH", "/users/ann", ["tier": .null, "password": "correct horse"], "user", "update"),
        ("POST", "/tokens", ["user": "ann", "name": "t"], "token", "create"),
        ("PATCH", "/tokens/TOKEN", ["name": "u"], "token", "update"),
        ("DELETE", "/tokens/TOKEN", nil, "token", "revoke"),
        ("DELETE", "/users/ann", nil, "user", "delete"),
        ("DELETE", "/tiers/gold", nil, "tier", "delete"),
        ("DELETE", "/cooldowns?provider=p", nil, "cooldown", "clear"),
        ("POST", "/tiers", ["id": "silver"], "tier", "create"),
        ("PATCH", "/tiers/silver", ["limits": ["tokens_per_day": 5]], "tier", "update"),
        ("POST", "/providers", ["id": "p", "type": "vllm", "models": [["name": "m"]]], "provider", "create"),
        ("PUT", "/providers/p", ["type": "vllm", "models": [["name": "m"]]], "provider", "update"),
        ("PATCH", "/providers/p", ["enabled": true], "provider", "update"),
        ("POST", "/credentials", ["provider": "p", "api_key": "k"], "credential", "create"),
        ("PUT", "/credentials/p/default", ["api_key": "k"], "credential", "update"),
        ("PATCH", "/credentials/p/default", ["weight": 2], "credential", "update"),
        ("DELETE", "/credentials/p/default", nil, "credential", "delete"),
        ("POST", "/models", ["provider": "p", "name": "n"], "model", "create"),
        ("PUT", "/models/p/n", ["max_tokens": 5], "model", "update"),
        ("PATCH", "/models/p/n", ["max_tokens": 6], "model", "update"),
        ("DELETE", "/models/p/n", nil, "model", "delete"),
        ("POST", "/rotations", ["id": "r", "providers": [["provider_id": "p"]]], "rotation", "create"),
        ("PUT", "/rotations/r", ["providers": [["provider_id": "p"]]], "rotation", "update"),
        ("PATCH", "/rotations/r", ["strategy": "priority"], "rotation", "update"),
        ("POST", "/autoselects", choice, "autoselect", "create"),
        ("PUT", "/autoselects/a", choice, "autoselect", "update"),
        ("PATCH", "/autoselects/a", ["fallback": "p/m"], "autoselect", "update"),
        ("DELETE", "/autoselects/a", nil, "autoselect", "delete"),
        ("DELETE", "/rotations/r", nil, "rotation", "delete"),
        ("DELETE", "/providers/p", nil, "provider", "delete"),
        ("PUT", "/settings/strict_revocation", ["value": true], "setting", "create"),
        ("PATCH", "/settings/strict_revocation", ["value": false], "setting", "update"),
        ("DELETE", "/settings/strict_revocation", nil, "setting", "delete"),
    ]

    private static let choice: JSONTree = [
        "id": "a", "fallback": "rotation/r", "available_models": [["model_id": "p/m"]],
    ]

    @Test("Every route that writes is among these")
    func complete() {
        let written = Set(
            Self.writes.map { write in
                let path = write.path.split(separator: "?")[0].split(separator: "/")
                return "\(write.method) /\(path[0])" + (path.count > 1 ? "/" : "")
            })
        for route in AdminAPI.routes where route.method != .get {
            #expect(written.contains(route.summary), "\(route.summary)")
        }
    }

    @Test("A write leaves exactly one row and answers with its number; one that fails leaves none")
    func law() async throws {
        try await withAdminServer { server in
            var token = ""
            var newest = try await server.call("GET", "/audit").json["data"]?[0]?["id"]?.int ?? 0
            for (method, path, body, kind, action) in Self.writes {
                let target = path.replacing("TOKEN", with: token)
                let before = try await server.call("GET", "/audit?limit=1000").json["data"]!.elements.count
                let answer = try await server.call(method, target, body, headers: [("x-request-id", "req.\(method)")])
                #expect((200..<300).contains(answer.status), "\(method) \(path): \(answer.text)")
                if path == "/tokens" { token = try #require(answer.json["id"]?.string) }
                let rows = try await server.call("GET", "/audit?limit=1000").json["data"]!.elements
                #expect(rows.count == before + 1, "\(method) \(path)")
                let row = rows[0]
                let version = try #require(row["id"]?.int)
                #expect(version > newest)
                newest = version
                #expect(answer["x-switchyard-config-version"] == String(version))
                if answer.status != 204 { #expect(answer.json["config_version"]?.int == version) }
                #expect(row["kind"]?.string == kind && row["action"]?.string == action)
                #expect(row["actor"] == "admin" && row["address"] == "127.0.0.1")
                #expect(row["request_id"]?.string == "req.\(method)")
                #expect(row["before"] == .null || action != "create")
                #expect(row["after"] == .null || action != "delete")
            }
            let count = try await server.call("GET", "/audit?limit=1000").json["data"]!.elements.count
            for (method, path, body) in [
                ("POST", "/users", ["username": "admin", "role": "user"] as JSONTree), ("POST", "/users", [:]),
                ("PATCH", "/users/nobody", [:]), ("DELETE", "/users/nobody", nil), ("DELETE", "/tiers/none", nil),
                ("POST", "/providers", ["id": "p", "type": "soup"]), ("DELETE", "/rotations/none", nil),
                ("PATCH", "/models/p/none", [:]), ("PUT", "/settings/none", ["value": 1]),
                ("PUT", "/tiers/a:b", ["limits": [:]]), ("DELETE", "/tokens/none", nil),
                ("DELETE", "/users/admin", nil),
            ] {
                let answer = try await server.call(method, path, body)
                #expect(answer.status >= 400)
                #expect(answer["x-switchyard-config-version"] == nil)
            }
            #expect(try await server.call("GET", "/audit?limit=1000").json["data"]!.elements.count == count)
        }
    }

    @Test("The log is filtered by actor, kind, action, object and time, and tells no secret")
    func filters() async throws {
        try await withAdminServer { server in
            let token = try await server.token(.admin)
            let made = try await server.call(
                "POST", "/tokens", ["user": "admin", "name": "t"], as: token)
            let id = try #require(made.json["id"]?.string)
            let text = try #require(made.json["token"]?.string)
            for query in ["actor=a-admin", "object=\(id)", "actor=a-admin&kind=token&action=create"] {
                let rows = try await server.call("GET", "/audit?\(query)").json["data"]!.elements
                #expect(rows.map { $0["object"]?.string } == [id], "\(query)")
            }
            #expect(try await server.call("GET", "/audit?from=2027-01-01T00:00:00Z").json["data"] == [])
            #expect(try await server.call("GET", "/audit?kind=soup").status == 400)
            #expect(!(try await server.call("GET", "/audit").text.contains(text)))
            let pages = try await server.all("/audit", limit: 1)
            #expect(pages == (try await server.call("GET", "/audit").json["data"]!.elements))
        }
    }

    @Test("A write may wait until every live node has applied it; a node that lags is named and the write stands")
    func waits() async throws {
        try await withAdminServer { server in
            let answer = try await server.call("PUT", "/tiers/gold?wait=applied", ["limits": [:]])
            #expect(answer.status == 200)
            let rows = try await server.call("GET", "/nodes").json["data"]!.elements
            #expect(rows.map { $0["id"]?.string } == ["n1"])
            #expect(rows[0]["applied_version"] == answer.json["config_version"])
            #expect(rows[0]["live"] == true)
            #expect(try await server.call("PUT", "/tiers/gold?wait=done", ["limits": [:]]).status == 400)
        }
    }
}
