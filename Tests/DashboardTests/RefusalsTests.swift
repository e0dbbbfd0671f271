import ClusterState
import GatewayTypes
import JSON
import SQLDatabase
import Testing

@Suite struct RefusalsTests {
    private static let users = ("POST", "/users")
    private static let tokens = ("POST", "/tokens")

    /// What is sent, and the fields at fault; none where the body as a whole is.
    private static let badBodies: [(target: (String, String), body: String, fields: [String])] = [
        (users, "", []), (users, "{", []), (users, "[]", []), (users, "null", []), (users, #""text""#, []),
        (users, #"{"username":"a","username":"b"}"#, []), (users, "{} {}", []), (users, "{\"a\":\"\u{1}\"}", []),
        (users, String(repeating: "[", count: 5000), []),
        (users, "{}", ["username", "role"]),
        (users, #"{"username":null,"role":null}"#, ["username", "role"]),
        (users, #"{"username":7,"role":"user"}"#, ["username"]),
        (users, #"{"username":"","role":"user"}"#, ["username"]),
        (users, #"{"username":"a b","role":"user"}"#, ["username"]),
        (users, #"{"username":"a","role":"emperor"}"#, ["role"]),
        (users, #"{"username":"a","role":["user"]}"#, ["role"]),
        (users, #"{"username":"a","role":"user","email":"nobody"}"#, ["email"]),
        (users, #"{"username":"a","role":"user","password":"short"}"#, ["password"]),
        (users, #"{"username":"a","role":"user","password":12345678}"#, ["password"]),
        (users, #"{"username":"a","role":"user","tier":"none"}"#, ["tier"]),
        (users, #"{"username":"a","role":"user","limits":[]}"#, ["limits"]),
        (users, #"{"username":"a","role":"user","limits":{"requests_per_minute":-1}}"#, ["limits.requests_per_minute"]),
        (users, #"{"username":"a","role":"user","limits":{"requests_per_day":"1"}}"#, ["limits.requests_per_day"]),
        (users, #"{"username":"a","role":"user","limits":{"usd_per_day":"much"}}"#, ["limits.usd_per_day"]),
        (users, #"{"username":"a","role":"user","limits":{"per_day":1}}"#, ["limits.per_day"]),
        (users, #"{"is_admin":true,"role":3,"x":1}"#, ["is_admin", "x", "username", "role"]),
        (tokens, "{}", ["user", "name"]),
        (tokens, #"{"user":"nobody","name":"t"}"#, ["user"]),
        (tokens, #"{"user":"admin","name":""}"#, ["name"]),
        (tokens, #"{"user":"admin","name":"t","scopes":[]}"#, ["scopes"]),
        (tokens, #"{"user":"admin","name":"t","scopes":["root"]}"#, ["scopes"]),
        (tokens, #"{"user":"admin","name":"t","scopes":"admin"}"#, ["scopes"]),
        (tokens, #"{"user":"admin","name":"t","models":["a",1]}"#, ["models"]),
        (tokens, #"{"user":"admin","name":"t","models":{}}"#, ["models"]),
        (tokens, #"{"user":"admin","name":"t","ip_allow":["10.0.0.0/33"]}"#, ["ip_allow"]),
        (tokens, #"{"user":"admin","name":"t","expires_at":"tomorrow"}"#, ["expires_at"]),
        (tokens, #"{"user":"admin","name":"t","expires_at":"2027-02-30T00:00:00Z"}"#, ["expires_at"]),
        (tokens, #"{"user":"admin","name":"t","expires_at":1800000000}"#, ["expires_at"]),
        (tokens, #"{"user":"admin","name":"t","token":"sy-mine"}"#, ["token"]),
        (("PATCH", "/users/admin"), #"{"username":"b"}"#, ["username"]),
        (("PATCH", "/users/admin"), #"{"password":null}"#, ["password"]),
        (("PATCH", "/users/admin"), #"{"disabled":"yes"}"#, ["disabled"]),
        (("PUT", "/tiers/gold"), #"{"limits":{},"id":"silver"}"#, ["id"]),
        (("PUT", "/tiers/gold"), "{}", ["limits"]),
        (("PUT", "/tiers/a:b"), #"{"limits":{}}"#, ["name"]),
    ]

    @Test("A bad body is a 400 that names every field at fault, and changes nothing")
    func badBodies() async throws {
        try await withAdminServer { server in
            let before = try await server.call("GET", "/users/admin").json
            for (target, body, fields) in Self.badBodies {
                let answer = try await server.call(target.0, target.1, raw: Array(body.utf8))
                #expect(answer.status == 400, "\(body)")
                let named = answer.json["errors"]?.elements.compactMap { $0["field"]?.string }
                #expect(named == fields, "\(body)")
                let kind = fields.isEmpty ? "malformed_body" : "invalid_fields"
                #expect(answer.json["type"]?.string == "urn:switchyard:problem:\(kind)", "\(body)")
                #expect(answer.json["detail"]?.string?.isEmpty == false, "\(body)")
            }
            #expect(try await server.call("GET", "/users").json["data"]?.elements == [before])
            #expect(try await server.call("GET", "/tokens").json["data"] == [])
            #expect(try await server.call("GET", "/tiers").json["data"] == [])
        }
    }

    private static let badQueries = [
        ("/users?limit=0", "limit"), ("/users?limit=1001", "limit"), ("/users?limit=x", "limit"),
        ("/users?offset=3", "offset"), ("/users?limit=1&limit=2", "limit"), ("/tokens?name=t", "name"),
        ("/requests?status=ok", "status"), ("/requests?from=yesterday", "from"), ("/requests?to=%ZZ", "to"),
        ("/requests?group_by=user", "group_by"), ("/usage?group_by=colour", "group_by"),
        ("/usage?interval=week", "interval"), ("/usage?after=-1", "after"), ("/holds?user=a", "user"),
        ("/users/admin?expand=1", "expand"), ("/cooldowns?key=1", "key"),
    ]

    @Test("An unknown or bad parameter is a 400 that names it")
    func badQueries() async throws {
        try await withAdminServer { server in
            for (target, name) in Self.badQueries {
                let answer = try await server.call("GET", target)
                #expect(answer.status == 400, "\(target)")
                #expect(answer.json["errors"]?[0]?["field"]?.string == name, "\(target)")
            }
        }
    }

    @Test("A problem has every member of its shape, and only answers of the API's own kind leave it")
    func shape() async throws {
        try await withAdminServer { server in
            let answer = try await server.call("GET", "/users/nobody", headers: [("x-request-id", "mine-1._")])
            #expect(answer.status == 404)
            #expect(answer["content-type"] == "application/problem+json")
            #expect(answer["cache-control"] == "no-store")
            #expect(answer["x-request-id"] == "mine-1._")
            let names = answer.json.members.map(\.key)
            #expect(names == ["type", "title", "status", "detail", "request_id", "errors"])
            #expect(answer.json["title"] == "Not Found")
            #expect(answer.json["status"] == 404)
            #expect(answer.json["request_id"] == "mine-1._")
            #expect(answer.json["errors"] == [])
            let good = try await server.call("GET", "/users")
            #expect(good["content-type"] == "application/json")
            #expect(good["cache-control"] == "no-store")
        }
    }

    @Test("A request id that is not fit is replaced", arguments: ["", "a b", "é", String(repeating: "a", count: 129)])
    func requestIDs(given: String) async throws {
        try await withAdminServer { server in
            let answer = try await server.call("GET", "/users", headers: [("x-request-id", given)])
            let id = try #require(answer["x-request-id"])
            #expect(id != given)
            #expect(id.utf8.count == 36)
        }
    }

    @Test("What is at no path is 404, and a method that a path does not take is 405 with those it takes")
    func paths() async throws {
        try await withAdminServer { server in
            for path in ["/", "/users/", "/nothing", "/users/a/b", "/tokens/none", "/requests/none", "/users/%FF"] {
                #expect(try await server.call("GET", path).status == 404, "\(path)")
            }
            for (method, path, allowed) in [
                ("PUT", "/users", "GET, HEAD, POST"), ("POST", "/users/admin", "GET, HEAD, PATCH, DELETE"),
                ("POST", "/requests", "GET, HEAD"), ("OPTIONS", "/holds", "GET, HEAD"),
                ("PATCH", "/cooldowns", "GET, HEAD, DELETE"),
            ] {
                let answer = try await server.call(method, path)
                #expect(answer.status == 405)
                #expect(answer["allow"] == allowed)
            }
            let head = try await server.call("HEAD", "/users")
            #expect(head.status == 200 && head.body.isEmpty)
        }
    }

    @Test("A body over 1 MB is 413")
    func tooLarge() async throws {
        try await withAdminServer { server in
            let body = Array(#"{"username":""#.utf8) + [UInt8](repeating: 0x61, count: 1 << 20)
            let answer = try await server.call("POST", "/users", raw: body)
            #expect(answer.status == 413)
            #expect(answer.json["status"] == 413)
        }
    }

    @Test("While the store cannot be asked, the answer is 503 with a time to come back")
    func storeDown() async throws {
        try await withAdminServer { server in
            await server.database.close()
            for (method, path) in [("GET", "/users"), ("GET", "/requests"), ("GET", "/usage"), ("DELETE", "/users/a")] {
                let answer = try await server.call(method, path)
                #expect(answer.status == 503)
                #expect(answer["retry-after"] == "1")
                #expect(answer.json["type"] == "urn:switchyard:problem:store_unavailable")
            }
            let stranger = try await server.call("GET", "/users", as: "sy-not-known-here")
            #expect(stranger.status == 503)
            #expect(stranger["retry-after"] == "1")
        }
    }
}
