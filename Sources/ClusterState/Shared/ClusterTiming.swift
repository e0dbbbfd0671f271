/// How soon nodes notice each other's end.
struct ClusterTiming: Sendable {
    var heartbeat = Duration.seconds(1)
    /// How long a node may be silent before it is dead, in milliseconds.
    var lease: Int64 = 10_000
    /// How long a node must have heard of Redis itself before it calls others dead: after an outage all are late.
    var patience: Int64 = 5000
}
