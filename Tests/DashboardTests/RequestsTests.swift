import ClusterState
import GatewayTypes
import JSON
import Testing

@Suite struct RequestsTests {
    /// The id that sorts by its number.
    private static func id(_ number: Int) -> String {
        let digits = String(number, radix: 16)
        return "019cd79e-4600-7000-8000-" + String(repeating: "0", count: 12 - digits.count) + digits
    }

    private static func row(
        _ number: Int, user: StoredUser, token: String? = "t1", route: String = "rotation/fast",
        _ change: (inout UsageRecord) -> Void = { _ in }
    ) -> UsageRecord {
        var row = UsageRecord(
            RequestIdentity(
                id: id(number), requestID: "req-\(number)", time: TestClock.noon + Int64(number) * 1000, node: "n1",
                userID: user.id, username: user.username, tokenID: token, endpoint: "/v1/chat/completions",
                dialect: "openai", route: route, stream: true))
        row.provider = "openai"
        row.model = "gpt-4o-mini"
        row.status = 200
        row.usage = Usage(promptTokens: 10, completionTokens: 5)
        row.cost = USD("0.00012")
        change(&row)
        return row
    }

    @Test("A row has every field of its shape, times in milliseconds, money as text")
    func shape() async throws {
        try await withAdminServer { server in
            let admin = try await server.store.user("admin")
            let full = Self.row(1, user: admin) { row in
                row.errorCode = "none"
                var attempt = AttemptRecord(
                    provider: "groq", credential: "main", model: "llama", started: .microseconds(1500))
                attempt.status = 503
                attempt.errorCode = "overloaded"
                attempt.firstByte = .milliseconds(3)
                attempt.duration = .microseconds(4250)
                attempt.promptTokens = 10
                attempt.completionTokens = 1
                attempt.cost = USD("0.1")
                row.attempts = [attempt]
                row.usage = Usage(
                    promptTokens: 10, completionTokens: 5, cachedTokens: 2, cacheWriteTokens: 0, reasoningTokens: 1)
                row.duration = .microseconds(12_345)
                row.firstToken = .microseconds(2_345)
                row.gateway = .microseconds(45)
                row.estimated = true
                row.droppedParameters = ["top_k"]
            }
            let bare = Self.row(2, user: admin, token: nil) { row in
                row.provider = nil
                row.model = nil
                row.cost = nil
                row.attempts = [
                    AttemptRecord(provider: "groq", credential: "main", model: "llama", started: .zero)
                ]
            }
            try await server.record(full)
            try await server.record(bare)
            await server.ledger.flush()
            let expected: JSONTree = [
                "id": .string(full.id), "request_id": "req-1", "time": "2026-03-10T12:00:01.000Z", "node": "n1",
                "user": "admin", "token": "t1", "endpoint": "/v1/chat/completions", "dialect": "openai",
                "route": "rotation/fast", "provider": "openai", "model": "gpt-4o-mini", "stream": true, "status": 200,
                "error_code": "none",
                "attempts": [
                    [
                        "provider": "groq", "credential": "main", "model": "llama", "status": 503,
                        "error_code": "overloaded", "started_ms": 1.5, "first_byte_ms": 3, "duration_ms": 4.25,
                        "prompt_tokens": 10, "completion_tokens": 1, "cost_usd": "0.1",
                    ]
                ],
                "prompt_tokens": 10, "completion_tokens": 5, "cached_tokens": 2, "cache_write_tokens": 0,
                "reasoning_tokens": 1, "cost_usd": "0.00012", "duration_ms": 12.345, "first_token_ms": 2.345,
                "gateway_ms": 0.045, "estimated": true, "state": "settled", "dropped_params": ["top_k"],
            ]
            let page = try await server.call("GET", "/requests")
            #expect(page.json["next"] == .null)
            let rows = page.json["data"]?.elements ?? []
            try #require(rows.count == 2)
            #expect(rows[1] == expected)
            #expect(try await server.call("GET", "/requests/\(full.id)").json == expected)
            #expect(rows[0].members.map(\.key) == expected.members.map(\.key))
            for name in [
                "token", "provider", "model", "error_code", "cached_tokens", "cache_write_tokens", "reasoning_tokens",
                "cost_usd", "first_token_ms",
            ] { #expect(rows[0][name] == .null, "\(name)") }
            let attempt = rows[0]["attempts"]?[0]
            #expect(attempt?.members.map(\.key) == expected["attempts"]?[0]?.members.map(\.key))
            for name in ["status", "error_code", "first_byte_ms", "cost_usd"] { #expect(attempt?[name] == .null) }
        }
    }

    @Test("Pages go through 250 rows, newest first, each once", arguments: [1000, 100, 49])
    func pages(limit: Int) async throws {
        try await withAdminServer { server in
            let admin = try await server.store.user("admin")
            for number in 1...250 { try await server.record(Self.row(number, user: admin)) }
            await server.ledger.flush()
            let ids = try await server.all("/requests", limit: limit).compactMap { $0["id"]?.string }
            #expect(ids == (1...250).reversed().map(Self.id))
        }
    }

    @Test("Each filter keeps its rows and no others, of rows and of sums")
    func filters() async throws {
        try await withAdminServer { server in
            let admin = try await server.store.user("admin")
            let ann = try await server.store.createUser(NewUser(username: "ann"))
            try await server.record(Self.row(1, user: admin))
            try await server.record(
                Self.row(2, user: ann, token: "t2", route: "groq/llama") { row in
                    row.provider = "groq"
                    row.model = "llama 3/x"
                    row.status = 429
                    row.cost = nil
                })
            await server.ledger.flush()
            for (query, expected) in [
                ("id=\(Self.id(1))", [1]), ("user=ann", [2]), ("user=\(admin.id)", [1]), ("token=t2", [2]),
                ("provider=openai", [1]), ("model=llama+3%2Fx", [2]), ("route=groq/llama", [2]), ("status=429", [2]),
                ("from=2026-03-10T12:00:02Z", [2]), ("to=2026-03-10T12:00:02Z", [1]),
                ("from=2026-03-10T14:00:02%2B02:00", [2]), ("from=2026-03-10T14:00:02+02:00", [2]),
                ("user=ann&status=200", []), ("provider=", [2, 1]),
            ] {
                let answer = try await server.call("GET", "/requests?\(query)")
                let found = answer.json["data"]?.elements.compactMap { $0["request_id"]?.string }
                #expect(found == expected.map { "req-\($0)" }, "\(query)")
                let sums = try await server.call("GET", "/usage?group_by=user&\(query)")
                let counted = sums.json["data"]?.elements.compactMap { $0["requests"]?.int }.reduce(0, +)
                #expect(counted == expected.count, "\(query)")
            }
        }
    }

    @Test("Sums by every grouping equal the rows; no price is not zero")
    func usage() async throws {
        try await withAdminServer { server in
            let admin = try await server.store.user("admin")
            for number in 1...3 { try await server.record(Self.row(number * 1000, user: admin)) }
            try await server.record(
                Self.row(1, user: admin) { row in
                    row.provider = nil
                    row.status = 500
                    row.cost = nil
                    row.estimated = true
                })
            await server.ledger.flush()
            let byUser = try await server.call("GET", "/usage?group_by=user")
            #expect(
                byUser.json == [
                    "data": [
                        [
                            "user": "admin", "requests": 4, "errors": 1, "prompt_tokens": 40, "completion_tokens": 20,
                            "cached_tokens": 0, "reasoning_tokens": 0, "cost_usd": "0.00036", "unpriced": 1,
                            "estimated": 1,
                        ]
                    ], "next": .null,
                ])
            let byProvider = try await server.call("GET", "/usage?group_by=provider").json["data"]
            #expect(byProvider?[0]?["provider"] == "openai")
            #expect(byProvider?[1]?["provider"] == .null)
            #expect(byProvider?[1]?["cost_usd"] == .null)
            for (grouping, rows) in [("token", 1), ("model", 1), ("route", 1)] {
                let sums = try await server.call("GET", "/usage?group_by=\(grouping)").json["data"]?.elements ?? []
                #expect(sums.count == rows)
                #expect(sums.first?[grouping]?.string?.isEmpty == false)
            }
            let hours = try await server.call("GET", "/usage").json["data"]?.elements ?? []
            #expect(hours.map { $0["time"] } == ["2026-03-10T12:00:00.000Z"])
            let minutes = try await server.all("/usage?group_by=time&interval=minute", limit: 2)
            #expect(
                minutes.compactMap { $0["time"]?.string } == [
                    "2026-03-10T12:00:00.000Z", "2026-03-10T12:16:00.000Z", "2026-03-10T12:33:00.000Z",
                    "2026-03-10T12:50:00.000Z",
                ])
        }
    }

    @Test("A hold is listed until it is settled, and pages go by id")
    func holds() async throws {
        try await withAdminServer { server in
            let admin = try await server.store.user("admin")
            let reservation = Reservation(tokens: 42, cost: USD("0.5"))
            let row = Self.row(1, user: admin)
            let first = try await server.limits.admit(row, subjects: [], reservation: reservation)
            let second = try await server.limits.admit(
                Self.row(2, user: admin), subjects: [], reservation: Reservation(tokens: 1, cost: nil))
            let rows = try await server.all("/holds", limit: 1)
            try #require(rows.count == 2)
            #expect(
                rows[0] == [
                    "id": .string(row.id), "request_id": "req-1", "since": "2026-03-10T12:00:01.000Z", "node": "n1",
                    "user": "admin", "token": "t1", "endpoint": "/v1/chat/completions", "route": "rotation/fast",
                    "reserved_tokens": 42, "reserved_usd": "0.5",
                ])
            #expect(rows[1]["reserved_usd"] == .null)
            first.settle(row)
            #expect(try await server.call("GET", "/holds").json["data"]?.elements.count == 1)
            second.settle(Self.row(2, user: admin))
            #expect(try await server.call("GET", "/holds").json == ["data": [], "next": .null])
        }
    }
}
