internal import Threading

/// Which nodes there are, as the last heartbeats told. A node that is suddenly missing (Redis may have lost its memory)
/// counts for some seconds more; one that said goodbye or was found dead does not.
final class Membership: Sendable {
    /// How long after a node has come others may not know of it, in milliseconds.
    static let settling: Int64 = 3000

    private struct State: Sendable {
        /// Sorted; this node's own is always in it.
        var epochs: [String]
        /// Nodes that the last heartbeats did not find, and since when.
        var missing: [String: Int64] = [:]
        /// Redis's time of this node's first heartbeat.
        var joined: Int64 = .max
        /// And of the last.
        var last: Int64 = 0
    }

    let epoch: String
    private let state: Locked<State>

    init(epoch: String) {
        self.epoch = epoch
        state = Locked(State(epochs: [epoch]))
    }

    var epochs: [String] { state.withLock { $0.epochs } }

    /// Takes in the epochs that a heartbeat found at a time.
    func heard(of epochs: [String], at time: Int64) {
        let found = Set(epochs + [epoch])
        state.withLock { state in
            state.joined = min(state.joined, time)
            // After an outage every node has to be given time to come back.
            if time - state.last > Self.settling { state.missing = [:] }
            state.last = time
            var missing: [String: Int64] = [:]
            for epoch in state.epochs where !found.contains(epoch) {
                let since = state.missing[epoch] ?? time
                if time - since < Self.settling { missing[epoch] = since }
            }
            state.missing = missing
            state.epochs = found.union(missing.keys).sorted()
        }
    }

    func remove(_ epoch: String) {
        state.withLock { state in
            state.missing[epoch] = nil
            state.epochs.removeAll { $0 == epoch }
        }
    }

    /// This node's part of a limit in a window that begins while Redis is away. The parts of all nodes add up to the limit;
    /// what cannot be divided goes to nodes that differ from counter to counter.
    /// - Parameter since: when the outage began; a node that came right before it has no part, as others do not know of it.
    func share(of most: Double, counter: String, outageSince since: Int64) -> Double {
        let (count, rank, joined) = state.withLock { state in
            (state.epochs.count, state.epochs.firstIndex(of: epoch) ?? 0, state.joined)
        }
        guard most > 0, joined == .max || since - joined >= Self.settling else { return 0 }
        let part = (most / Double(count)).rounded(.down)
        let rest = most - part * Double(count)
        let turn = (rank + counter.utf8.reduce(0) { ($0 &* 31 &+ Int($1)) & 0xFFFF }) % count
        return part + (Double(turn) < rest ? 1 : 0)
    }
}
