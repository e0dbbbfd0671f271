internal import GatewayTypes
internal import JSON
internal import SQLDatabase

/// The ledger's table: one row for each admitted request, times in Unix milliseconds or microseconds, money in
/// picodollars, NULL where no price or count is known.
enum RequestsTable {
    static let columns = [
        "id", "request_id", "time", "node", "user_id", "username", "token_id", "endpoint", "dialect", "route",
        "provider",
        "model", "stream", "status", "error_code", "attempts", "prompt_tokens", "completion_tokens", "cached_tokens",
        "cache_write_tokens", "reasoning_tokens", "cost", "duration_us", "first_token_us", "gateway_us", "estimated",
        "state", "dropped_params",
    ]

    /// What was settled stays as it is. What was given up as abandoned gives way to the settlement that comes after all.
    static func insert(_ dialect: SQLDialect) -> String {
        switch dialect {
        case .sqlite: sqliteInsert
        case .mysql: mysqlInsert
        }
    }

    private static let sqliteInsert = made(for: .sqlite)
    private static let mysqlInsert = made(for: .mysql)

    private static func made(for dialect: SQLDialect) -> String {
        let settles = SQLDialect.Collision.replaces(
            key: ["id"], where: "state", is: UsageRecord.State.abandoned.rawValue,
            becomes: UsageRecord.State.settled.rawValue)
        return dialect.insert(into: "requests", columns, onCollision: settles)
    }

    static func values(of row: UsageRecord) -> [SQLValue] {
        [
            .text(row.id), .text(row.requestID), .integer(row.time), .text(row.node), .text(row.userID),
            .text(row.username), SQLValue(row.tokenID), .text(row.endpoint), .text(row.dialect), .text(row.route),
            SQLValue(row.provider), SQLValue(row.model), SQLValue(row.stream), SQLValue(row.status),
            SQLValue(row.errorCode), .text(attempts(of: row)), SQLValue(row.usage.promptTokens),
            SQLValue(row.usage.completionTokens), SQLValue(row.usage.cachedTokens),
            SQLValue(row.usage.cacheWriteTokens), SQLValue(row.usage.reasoningTokens),
            SQLValue(row.cost?.picodollars), SQLValue(row.duration.microseconds),
            SQLValue(row.firstToken?.microseconds), SQLValue(row.gateway.microseconds), SQLValue(row.estimated),
            .text(row.state.rawValue), .text(dropped(by: row)),
        ]
    }

    static func record(_ row: SQLRow) throws(SQLError) -> UsageRecord {
        var record = UsageRecord(
            id: try row.text("id"), requestID: try row.text("request_id"), time: Int64(try row.int("time")),
            node: try row.text("node"), userID: try row.text("user_id"), username: try row.text("username"),
            tokenID: try row.optionalText("token_id"), endpoint: try row.text("endpoint"),
            dialect: try row.text("dialect"), route: try row.text("route"), stream: try row.bool("stream"))
        record.provider = try row.optionalText("provider")
        record.model = try row.optionalText("model")
        record.status = try row.int("status")
        record.errorCode = try row.optionalText("error_code")
        record.attempts = parse(try row.text("attempts")).map { [AttemptRecord](json: $0) } ?? []
        record.usage = Usage(
            promptTokens: try row.int("prompt_tokens"), completionTokens: try row.int("completion_tokens"),
            cachedTokens: try row.optionalInt("cached_tokens"),
            cacheWriteTokens: try row.optionalInt("cache_write_tokens"),
            reasoningTokens: try row.optionalInt("reasoning_tokens"))
        record.cost = try row.optionalInt("cost").map { USD(picodollars: Int64($0)) }
        record.duration = .microseconds(try row.int("duration_us"))
        record.firstToken = try row.optionalInt("first_token_us").map { .microseconds($0) }
        record.gateway = .microseconds(try row.int("gateway_us"))
        record.estimated = try row.bool("estimated")
        record.state = UsageRecord.State(rawValue: try row.text("state")) ?? .settled
        record.droppedParameters = parse(try row.text("dropped_params"))?.elements.compactMap(\.string) ?? []
        return record
    }

    private static func attempts(of row: UsageRecord) -> String {
        guard !row.attempts.isEmpty else { return "[]" }
        return String(decoding: JSONWriter.bytes { row.attempts.write(to: &$0) }, as: UTF8.self)
    }

    private static func dropped(by row: UsageRecord) -> String {
        guard !row.droppedParameters.isEmpty else { return "[]" }
        return String(decoding: JSONWriter.bytes { $0.strings(row.droppedParameters) }, as: UTF8.self)
    }

    private static func parse(_ text: String) -> JSONValue? { try? JSONValue.parse(Array(text.utf8)) }
}
