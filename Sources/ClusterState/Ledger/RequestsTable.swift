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

    /// An insert of so many rows.
    private struct Insert {
        var rows: Int
        var text: String
    }

    /// The largest that is not too large is taken: few statements, whatever the number of rows. A server of MySQL that shares
    /// its cores with others keeps them waiting for a fraction of a millisecond with twenty rows.
    private static let forSQLite = [50, 12, 3, 1].map { made(for: .sqlite, $0) }
    private static let forMySQL = [20, 5, 1].map { made(for: .mysql, $0) }

    /// What was settled stays as it is. What was given up as abandoned gives way to the settlement that comes after all.
    private static func made(for dialect: SQLDialect, _ rows: Int) -> Insert {
        let settles = SQLDialect.Collision.replaces(
            key: ["id"], where: "state", is: UsageRecord.State.abandoned.rawValue,
            becomes: UsageRecord.State.settled.rawValue)
        return Insert(rows: rows, text: dialect.insert(into: "requests", columns, rows: rows, onCollision: settles))
    }

    /// Inserts the rows and notes their hours as not summed up.
    static func insert(_ rows: ArraySlice<LedgerWriter.Pending>, _ connection: SQLConnection) throws(SQLError) {
        var rest = rows
        var values: [SQLValue] = []
        for insert in connection.dialect == .sqlite ? forSQLite : forMySQL {
            while rest.count >= insert.rows {
                values.reserveCapacity(insert.rows * columns.count)
                for row in rest.prefix(insert.rows) { append(row.row, attempts: row.attempts, to: &values) }
                try connection.execute(insert.text, values)
                values.removeAll(keepingCapacity: true)
                rest = rest.dropFirst(insert.rows)
            }
        }
        // Last, as all nodes write this very row: what locks it is over soon.
        for hour in Set(rows.map { UsageHour.start(of: $0.row.time) }).sorted() {
            try UsageHour.markDirty(hour, connection)
        }
    }

    /// Texts are cut to their columns: a name that somebody made longer must not cost the row.
    private static func append(_ row: UsageRecord, attempts: String, to values: inout [SQLValue]) {
        values.append(.text(row.id))
        values.append(.text(cut(row.requestID, 128)))
        values.append(.integer(row.time))
        values.append(.text(cut(row.node, 64)))
        values.append(.text(row.userID))
        values.append(.text(cut(row.username, 64)))
        values.append(SQLValue(row.tokenID))
        values.append(.text(cut(row.endpoint, 200)))
        values.append(.text(cut(row.dialect, 32)))
        values.append(.text(cut(row.route, 256)))
        values.append(SQLValue(row.provider.map { cut($0, 128) }))
        values.append(SQLValue(row.model.map { cut($0, 256) }))
        values.append(SQLValue(row.stream))
        values.append(SQLValue(row.status))
        values.append(SQLValue(row.errorCode.map { cut($0, 128) }))
        values.append(.text(attempts))
        values.append(SQLValue(row.usage.promptTokens))
        values.append(SQLValue(row.usage.completionTokens))
        values.append(SQLValue(row.usage.cachedTokens))
        values.append(SQLValue(row.usage.cacheWriteTokens))
        values.append(SQLValue(row.usage.reasoningTokens))
        values.append(SQLValue(row.cost?.picodollars))
        values.append(SQLValue(row.duration.microseconds))
        values.append(SQLValue(row.firstToken?.microseconds))
        values.append(SQLValue(row.gateway.microseconds))
        values.append(SQLValue(row.estimated))
        values.append(.text(row.state.rawValue))
        values.append(.text(dropped(by: row)))
    }

    /// At most `count` code points, which is what a VARCHAR counts.
    private static func cut(_ text: String, _ count: Int) -> String {
        guard text.utf8.count > count else { return text }
        return String(String.UnicodeScalarView(text.unicodeScalars.prefix(count)))
    }

    static func record(_ row: SQLRow) throws(SQLError) -> UsageRecord {
        var record = UsageRecord(
            RequestIdentity(
                id: try row.text("id"), requestID: try row.text("request_id"), time: Int64(try row.int("time")),
                node: try row.text("node"), userID: try row.text("user_id"), username: try row.text("username"),
                tokenID: try row.optionalText("token_id"), endpoint: try row.text("endpoint"),
                dialect: try row.text("dialect"), route: try row.text("route"), stream: try row.bool("stream")))
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

    private static func dropped(by row: UsageRecord) -> String {
        guard !row.droppedParameters.isEmpty else { return "[]" }
        return String(decoding: JSONWriter.bytes { $0.strings(row.droppedParameters) }, as: UTF8.self)
    }

    private static func parse(_ text: String) -> JSONValue? { try? JSONValue.parse(Array(text.utf8)) }
}
