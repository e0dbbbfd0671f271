public import JSON
internal import SQLDatabase

/// A node as all nodes know it: one row of `/nodes`.
public struct ClusterNode: Sendable, Equatable {
    /// How long a node counts as live after it was last heard of, in milliseconds.
    public static let patience: Int64 = 10_000
    /// How often it says that it lives, in milliseconds; at once when it has taken in a change.
    public static let heartbeat: Int64 = 3000

    /// `SWITCHYARD_NODE_ID`.
    public var id: String
    /// Of this run of the node; a node that starts again has another.
    public var epoch: String
    public var address: String
    /// Of the program.
    public var version: String
    /// Unix milliseconds.
    public var startedAt: Int64
    /// By the database's clock, as nodes' clocks need not agree.
    public var lastSeen: Int64 = 0
    /// Milliseconds since it was last heard of, when it was read.
    public var silence: Int64 = 0
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

    public var isLive: Bool { silence < Self.patience }

    /// It was heard of otherwise as well, so many milliseconds before it was read.
    mutating func heard(_ silence: Int64) {
        guard silence < self.silence else { return }
        lastSeen += self.silence - silence
        self.silence = silence
    }
}

extension ClusterNode {
    init(_ row: SQLRow) throws(SQLError) {
        id = try row.text("id")
        epoch = try row.text("epoch")
        address = try row.text("address")
        version = try row.text("version")
        startedAt = Int64(try row.int("started"))
        lastSeen = Int64(try row.int("last_seen"))
        silence = Int64(try row.int("silence"))
        appliedVersion = try row.int("applied_version")
        problem = try row.optionalText("problem")
    }

    public func write(to json: inout JSONWriter) {
        json.member("id", id)
        json.member("epoch", epoch)
        json.member("address", address)
        json.member("version", version)
        json.member("since", time: startedAt)
        json.member("last_seen", time: lastSeen)
        json.member("live", isLive)
        json.member("applied_version", appliedVersion)
        json.member("problem", orNull: problem)
    }
}
