public import JSON
internal import SQLDatabase

/// One row of the audit log.
public struct ChangeRecord: Sendable, Equatable {
    public var number: Int
    /// Unix milliseconds.
    public var time: Int64
    public var author: ChangeAuthor
    public var action: String
    public var kind: String
    public var object: String
    /// JSON objects without secrets; `nil` where there was nothing before, or is nothing after.
    public var before: String?
    public var after: String?
}

/// Which rows of the audit log are asked for; `nil` asks for all.
public struct ChangeFilter: Sendable {
    /// A user's name or id, a token's id, `cli` or `system`.
    public var actor: String?
    public var kind: ChangeKind?
    public var action: ChangeAction?
    public var object: String?
    /// Unix milliseconds, the first included.
    public var from: Int64?
    /// Unix milliseconds, the last not included.
    public var to: Int64?

    public init() {}
}

extension ChangeRecord {
    init(_ row: SQLRow) throws(SQLError) {
        number = try row.int("number")
        time = Int64(try row.int("time"))
        author = ChangeAuthor(
            userID: try row.optionalText("actor_id"), name: try row.text("actor"),
            tokenID: try row.optionalText("token_id"), address: try row.optionalText("address"),
            requestID: try row.optionalText("request_id"))
        action = try row.text("action")
        kind = try row.text("kind")
        object = try row.text("object")
        before = try row.optionalText("state_before")
        after = try row.optionalText("state_after")
    }

    /// The members of a row of `/audit`.
    public func write(to json: inout JSONWriter) {
        json.member("id", number)
        json.member("time", time: time)
        json.member("actor", author.name)
        json.member("actor_id", orNull: author.userID)
        json.member("token", orNull: author.tokenID)
        json.member("address", orNull: author.address)
        json.member("request_id", orNull: author.requestID)
        json.member("action", action)
        json.member("kind", kind)
        json.member("object", object)
        for (name, state) in [("before", before), ("after", after)] {
            json.key(name)
            if let state { json.raw(state.utf8) } else { json.null() }
        }
    }
}
