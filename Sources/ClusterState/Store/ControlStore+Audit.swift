internal import SQLDatabase

extension ControlStore {
    /// Newest first.
    /// - Parameter before: the number that the page before ended with.
    public func changes(
        _ filter: ChangeFilter = ChangeFilter(), limit: Int = 100, before: Int? = nil
    ) async throws(ControlStoreError) -> Page<ChangeRecord> {
        let limit = Self.clamped(limit)
        let (condition, values) = filter.condition(before: before)
        let rows = try await read { connection throws(SQLError) in
            var rows: [ChangeRecord] = []
            try connection.each(
                "SELECT * FROM changes\(condition) ORDER BY number DESC LIMIT ?", values + [SQLValue(limit + 1)]
            ) { row throws(SQLError) in rows.append(try ChangeRecord(row)) }
            return rows
        }
        return Self.page(rows, limit: limit) { String($0.number) }
    }

    /// Leaves a row about something that is not kept in this store.
    public func note(
        _ action: ChangeAction, _ kind: ChangeKind, _ object: String, after: String? = nil
    ) async throws(ControlStoreError) {
        try await write { (_, _) throws(SQLError) -> Result<Written<Void>, ControlStoreError> in
            .success(Written((), ChangeDraft(action, kind, object, after: after)))
        }
    }
}

extension ChangeFilter {
    fileprivate func condition(before: Int?) -> (String, [SQLValue]) {
        var conditions: [String] = []
        var values: [SQLValue] = []
        func add(_ condition: String, _ value: SQLValue?) {
            guard let value else { return }
            conditions.append(condition)
            values += Array(repeating: value, count: condition.count { $0 == "?" })
        }
        add("number < ?", before.map { SQLValue($0) })
        add("(actor = ? OR actor_id = ? OR token_id = ?)", actor.map { .text($0) })
        add("kind = ?", kind.map { .text($0.rawValue) })
        add("action = ?", action.map { .text($0.rawValue) })
        add("object = ?", object.map { .text($0) })
        add("time >= ?", from.map { .integer($0) })
        add("time < ?", to.map { .integer($0) })
        return (conditions.isEmpty ? "" : " WHERE " + conditions.joined(separator: " AND "), values)
    }
}
