internal import GatewayTypes
internal import RedisClient

/// What one node has to tell all others of a cooldown. Times are this node's Unix milliseconds; on the way they are
/// durations, for clocks differ.
enum CooldownChange: Sendable, Equatable {
    case cool(CooldownKey, until: Int64, reason: CooldownReason)
    case open(CooldownKey, until: Int64, openings: Int)
    case close(CooldownKey)
    /// This node's probe found out nothing; `probe` is the name it was claimed by.
    case release(CooldownKey, probe: String)
    case clear(CooldownKey)
    case clearAll

    func arguments(at now: Int64) -> [RedisWord] {
        switch self {
        case .cool(let key, let until, let reason):
            ["cool", .text(key.text), .integer(Int(max(1, until - now))), .text(reason.rawValue)]
        case .open(let key, let until, let openings):
            ["open", .text(key.text), .integer(Int(max(0, until - now))), .integer(openings)]
        case .close(let key): ["close", .text(key.text)]
        case .release(let key, let probe): ["release", .text(key.text), .text(probe)]
        case .clear(let key): ["clear", .text(key.text)]
        case .clearAll: ["clear_all"]
        }
    }

    /// Whether it still matters later.
    func isWorthTelling(at now: Int64) -> Bool {
        switch self {
        case .cool(_, let until, _): until > now
        case .release: false  // whoever had the probe counts as lost by then
        case .open, .close, .clear, .clearAll: true
        }
    }
}
