/// What a node does with a limit while the state that nodes share cannot be reached. A node that runs alone has its limits
/// in its own memory and cannot lose them: there it means nothing.
public enum OutageRule: String, Sendable, CaseIterable {
    /// Keeps to the part of the limit that this node was lent, so that all nodes together stay within it.
    case share
    /// Lets nothing in that would count against the limit.
    case refuse
    /// Lets in as if there were no limit, and counts what was used afterwards.
    case allow
}

/// The outage rule of each limit: `share` unless stated otherwise.
public struct OutageRules: Sendable, Equatable {
    private var refused: UInt8 = 0
    private var allowed: UInt8 = 0

    public init() {}

    public subscript(kind: LimitKind) -> OutageRule {
        get { refused & kind.bit != 0 ? .refuse : allowed & kind.bit != 0 ? .allow : .share }
        set {
            refused &= ~kind.bit
            allowed &= ~kind.bit
            switch newValue {
            case .share: break
            case .refuse: refused |= kind.bit
            case .allow: allowed |= kind.bit
            }
        }
    }

    /// The rule that all limits have, if there is one.
    public var common: OutageRule? {
        let rule = self[.requestsPerMinute]
        return LimitKind.allCases.allSatisfy { self[$0] == rule } ? rule : nil
    }
}

extension LimitKind {
    fileprivate var bit: UInt8 {
        switch self {
        case .requestsPerMinute: 1
        case .requestsPerDay: 2
        case .tokensPerMinute: 4
        case .tokensPerDay: 8
        case .concurrentRequests: 16
        case .usdPerDay: 32
        case .usdPerMonth: 64
        }
    }
}
