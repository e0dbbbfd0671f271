internal import GatewayTypes
internal import SQLDatabase
internal import Threading

/// What the ledger has to do with the streams that nodes share (docs/decisions/0012): rows of this node that lie there until
/// the database has them, and rows of nodes that died, which this one moves.
extension UsageLedger {
    /// The stream has taken a row that is in the journal as well. This node writes it, from memory.
    func enqueue(_ row: LedgerWriter.Pending, streamedTo place: [UInt8], in shard: Int) {
        enqueue(row)
        // Behind the row: what is taken from here has been enqueued.
        streamed.withLock { $0.add(place, in: shard) }
    }

    /// Writes what waits to be written.
    /// - Returns: the streamed rows that the database has now; `nil` when it takes none.
    func writeStreamed() async -> [Int: [[UInt8]]]? {
        let taken = streamed.withLock { $0.takeAll() }
        let isWritten = await flush()
        return streamed.withLock { streamed in
            guard isWritten else {
                streamed.putBack(taken)
                return nil
            }
            return streamed.isCurrent(taken) ? taken.places : [:]
        }
    }

    /// Redis may have become another. Call while none of this node's ends is under way to it.
    func forgetStreamed() { streamed.withLock { $0.forget() } }

    /// Inserts rows that the stream had; doing so twice changes nothing.
    /// - Throws: when the database cannot be written now. What it refuses for good is in `rejected.jsonl`.
    func insert(_ rows: [UsageRecord]) async throws(SQLError) { try await writer.insert(unjournaled: rows) }

    /// Keeps what the stream had and nobody can read.
    /// - Returns: false when it could not be kept.
    func reject(_ unreadable: [UInt8], of place: String) async -> Bool {
        await writer.reject(unreadable: unreadable, of: place)
    }
}
