/// Whether Redis can be used.
public enum RedisState: Sendable, Equatable {
    case up
    case down(RedisOutage)
}
