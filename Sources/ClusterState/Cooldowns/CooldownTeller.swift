internal import GatewayTypes
internal import RedisClient
internal import Synchronization
internal import Threading

/// Tells Redis what this node decides about cooldowns, and keeps what could not be told.
final class CooldownTeller: Sendable {
    /// What became of the wish to probe.
    enum Claim: Equatable {
        case granted
        /// Another node has found it well.
        case closed
        /// Another node has found it ill.
        case resting(milliseconds: Int64, openings: Int)
        /// Another node is finding out.
        case taken(milliseconds: Int64)
    }

    let node: String
    let client: RedisClient
    let now: @Sendable () -> Int64
    private let untold = Locked(UntoldChanges())
    private let changes = Atomic<Int>(0)
    private let probes = Atomic<Int>(0)

    init(node: String, client: RedisClient, now: @escaping @Sendable () -> Int64) {
        self.node = node
        self.client = client
        self.now = now
    }

    func tell(_ change: CooldownChange) {
        tell(change, number: changes.add(1, ordering: .relaxed).newValue)
    }

    /// Tells what could not be told before.
    func tellUntold() {
        for (number, change) in untold.withLock({ $0.take() }) where change.isWorthTelling(at: now()) {
            tell(change, number: number)
        }
    }

    /// A name for one probe.
    func nameProbe() -> String { "\(node)/\(probes.add(1, ordering: .relaxed).newValue)" }

    func isOwn(probe: String) -> Bool { probe.hasPrefix(node + "/") }

    /// Asks for the right to probe. While Redis cannot be asked, each node has it.
    func claim(_ key: CooldownKey, probe: String) async -> Claim {
        guard client.isUp else { return .granted }
        let arguments: [RedisWord] = [.text(key.text), .text(probe), .integer(Int(Breaker.probeTime))]
        // Not as a call of the client's actor: whoever asks stays on its own loop.
        let outcome = await withCheckedContinuation { caller in
            client.submit(CooldownScripts.claim, keys: CooldownScripts.keys, arguments: arguments) {
                caller.resume(returning: $0)
            }
        }
        guard let words = (try? outcome.get())?.asArray else { return .granted }
        let milliseconds = words.count > 1 ? Int64(words[1].asInteger ?? 0) : 0
        return switch words.first?.asText {
        case "closed": .closed
        case "resting": .resting(milliseconds: milliseconds, openings: words.last?.asInteger ?? 1)
        case "taken": .taken(milliseconds: milliseconds)
        default: .granted
        }
    }

    private func tell(_ change: CooldownChange, number: Int) {
        let arguments = change.arguments(at: now())
        client.submit(CooldownScripts.change, keys: CooldownScripts.keys, arguments: arguments) { [untold] outcome in
            guard case .failure(let error) = outcome, error.isOutage else { return }
            untold.withLock { $0.add(change, number: number) }
        }
    }
}
