/// How soon nodes notice each other's end, and move rows.
struct ClusterTiming: Sendable {
    var heartbeat = Duration.seconds(1)
    /// How long a node may be silent before it is dead, in milliseconds.
    var lease: Int64 = 10_000
    /// How long a node must have heard of Redis itself before it calls others dead: after an outage all are late.
    var patience: Int64 = 5000
    /// How often the node whose turn it is looks for rows in the stream; the others do so four times more seldom.
    var moving = Duration.milliseconds(250)
    /// How long it is its turn after it last looked, in milliseconds: so long rows wait when it dies.
    var mover: Int64 = 5000
}
