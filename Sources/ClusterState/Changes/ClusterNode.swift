public import JSON
internal import SQLDatabase

/// A node as all nodes know it: one row of `/nodes`.
public struct ClusterNode: Sendable, Equatable {
    /// How long a node counts as live after it was last seen, in milliseconds.
    public static let patience: Int64 = 15_000

    /// `SWITCHYARD_NODE_ID`.
    public var id: String
    /// Of this run of the node; a node that starts again has another.
    public var epoch: String
    public var address: String
    /// Of the program.
    public var version: String
    /// Unix milliseconds.
    public var startedAt: Int64
    public var lastSeen: Int64 = 0
    /// The number of the last change it has taken in.
    public var appliedVersion = 0
    /// What it could not take in.
    public var problem: String?

    public init(id: String, epoch: String, address: String, version: String, startedAt: Int64) {
        self.id = id
        self.epoch = epoch
        self.address = address
        self.version = version
        self.startedAt = startedAt
    }

    public func isLive(at now: Int64) -> Bool { now - lastSeen < Self.patience }
}

extension ClusterNode {
    init(_ row: SQLRow) throws(SQLError) {
        id = try row.text("id")
        epoch = try row.text("epoch")
        address = try row.text("address")
        version = try row.text("version")
        startedAt = Int64(try row.int("started"))
        lastSeen = Int64(try row.int("last_seen"))
        appliedVersion = try row.int("applied_version")
        problem = try row.optionalText("problem")
    }

    public func write(to json: inout JSONWriter, at now: Int64) {
        json.member("id", id)
        json.member("epoch", epoch)
        json.member("address", address)
        json.member("version", version)
        json.member("since", time: startedAt)
        json.member("last_seen", time: lastSeen)
        json.member("live", isLive(at: now))
        json.member("applied_version", appliedVersion)
        json.member("problem", orNull: problem)
    }
}
