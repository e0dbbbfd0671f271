internal import GatewayTypes

/// What is known of tokens, in two generations: when the younger is full it becomes the older, and the older is let go.
/// So the size is bounded and what is used stays.
struct CallerCache: Sendable {
    enum Verdict: Sendable {
        case caller(Caller)
        case refused(UnauthorizedReason)
    }

    struct Entry: Sendable {
        var verdict: Verdict
        /// The state of users and tokens that this was read from (`CallerChanges.epoch`).
        var epoch: Int
        /// Unix milliseconds.
        var readAt: Int64
    }

    private let generationSize: Int
    private var young: [TokenDigest: Entry] = [:]
    private var old: [TokenDigest: Entry] = [:]

    init(capacity: Int) { generationSize = max(1, capacity / 2) }

    var count: Int { young.count + old.count }

    mutating func entry(of digest: TokenDigest) -> Entry? {
        if let entry = young[digest] { return entry }
        guard let entry = old.removeValue(forKey: digest) else { return nil }
        put(entry, for: digest)
        return entry
    }

    /// Takes over the epoch of an entry that was looked at again, unless another has come in its place since.
    mutating func confirm(_ entry: Entry, for digest: TokenDigest) {
        guard let known = young[digest], known.readAt == entry.readAt, known.epoch < entry.epoch,
            case .caller = known.verdict
        else { return }
        young[digest] = entry
    }

    mutating func put(_ entry: Entry, for digest: TokenDigest) {
        if young.count >= generationSize, young[digest] == nil {
            old = young
            young = [:]
        }
        young[digest] = entry
        old[digest] = nil
    }
}
