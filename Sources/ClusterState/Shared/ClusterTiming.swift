/// How soon nodes notice each other's end, and move rows.
struct ClusterTiming: Sendable {
    var heartbeat = Duration.seconds(1)
    /// How long a node may be silent before it is dead, in milliseconds.
    var lease: Int64 = 10_000
    /// How long a node must have heard of Redis itself before it calls others dead: after an outage all are late.
    var patience: Int64 = 5000
    /// How often a node sees to it that its rows are in the database and no longer in the stream.
    var moving = Duration.milliseconds(500)
    /// How long rows in the stream are left to their own node, in milliseconds; then another moves them.
    var orphaned: Int64 = 3000
    /// How long it is a node's turn to move them after it last looked, in milliseconds: so much longer they wait when it dies.
    var mover: Int64 = 5000
}
