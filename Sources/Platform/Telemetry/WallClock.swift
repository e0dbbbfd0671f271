internal import Glibc

/// The date, for what people and other machines read. For measuring use `ContinuousClock`: the date may be set back.
public enum WallClock {
    /// Milliseconds since 1970-01-01T00:00:00Z.
    public static func now() -> Int {
        var clock = timespec()
        clock_gettime(CLOCK_REALTIME, &clock)
        return clock.tv_sec * 1000 + clock.tv_nsec / 1_000_000
    }
}
