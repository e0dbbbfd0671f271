internal import GatewayTypes
internal import Synchronization
internal import Threading

/// Remembers which users, tokens and tiers have changed, so that what was read before a change is never served after it,
/// and everybody else stays known.
public final class CallerChanges: Sendable {
    /// Whom a change is about.
    public enum Subject: Sendable, Hashable {
        case user(String)
        case token(String)
        case tier(String)
        case everyone
    }

    private struct Recent: Sendable {
        /// The epoch of each subject's latest change.
        var epochs: [Subject: Int] = [:]
        /// Everything read before this epoch may have changed.
        var floor = 0
    }

    private static let mostSubjects = 4096
    private let counter = Atomic<Int>(0)
    private let recent = Locked(Recent())
    private let confirmed = Atomic<Int64>(0)

    public init() {}

    /// The number of the state that is now; compare, never interpret.
    public var epoch: Int { counter.load(ordering: .acquiring) }

    /// Something has changed: what was read of it so far must be asked for again.
    public func note(_ subject: Subject = .everyone) {
        recent.withLock { recent in
            let epoch = counter.load(ordering: .relaxed) + 1
            if subject == .everyone || recent.epochs.count >= Self.mostSubjects {
                recent = Recent(epochs: [:], floor: epoch)
            } else {
                recent.epochs[subject] = epoch
            }
            counter.store(epoch, ordering: .releasing)
        }
    }

    /// Whether this caller, read at `epoch`, may be another by now.
    func concern(_ caller: Caller, since epoch: Int) -> Bool {
        recent.withLock { recent in
            func isLater(_ subject: Subject) -> Bool { recent.epochs[subject].map { $0 > epoch } ?? false }
            return recent.floor > epoch || isLater(.user(caller.userID))
                || (caller.tokenID.map { isLater(.token($0)) } ?? false)
                || (caller.tier.map { isLater(.tier($0)) } ?? false)
        }
    }

    /// When it was last certain that every change is known, in Unix milliseconds.
    var confirmedAt: Int64 { confirmed.load(ordering: .relaxed) }

    func confirm(at time: Int64) { confirmed.store(time, ordering: .relaxed) }
}
