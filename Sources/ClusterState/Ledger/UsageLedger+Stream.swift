internal import GatewayTypes
internal import SQLDatabase
internal import Threading

/// What the ledger has to do with the stream that nodes share (docs/decisions/0008): rows of this node that any node moves
/// to the database, and rows of any node that this one moves.
extension UsageLedger {
    /// The stream has taken a row that the journal has as well: one of the nodes will write it.
    func streamed(_ row: LedgerWriter.Pending, at entry: StreamedRows.Entry) {
        guard let segment = row.settledIn else { return enqueue(row) }
        streamed.withLock { $0.add(entry, settledIn: segment) }
    }

    /// Whether this node waits to hear of the shard's stream.
    func waitsForStream(of shard: Int) -> Bool { streamed.withLock { $0.has(shard) } }

    /// The database has what the shard's stream had up to `moved`. Rows of another life of Redis's memory are written by
    /// this node.
    func moved(_ shard: Int, upTo moved: StreamPlace?, life: String?) {
        let (written, doubtful) = streamed.withLock { $0.moved(shard, upTo: moved, life: life) }
        for (segment, count) in written { journal.persisted(Array(repeating: segment, count: count), opened: []) }
        if !written.isEmpty { writer.wantCleaning() }
        writeAgain(doubtful)
    }

    /// This node writes all of its rows itself: it ends, or Redis cannot be asked about the stream.
    func doubtStreamed() { writeAgain(streamed.withLock { $0.removeAll() }) }

    private func writeAgain(_ doubtful: StreamedRows.Counts) {
        guard !doubtful.isEmpty else { return }
        for (segment, count) in doubtful { journal.spill(segment, rows: count) }
        writer.wantSpilled()
    }

    /// Inserts rows that the stream had; doing so twice changes nothing.
    /// - Throws: when the database cannot be written now. What it refuses for good is in `rejected.jsonl`.
    func insert(_ rows: [UsageRecord]) async throws(SQLError) { try await writer.insert(unjournaled: rows) }

    /// Keeps what the stream had and nobody can read.
    /// - Returns: false when it could not be kept.
    func reject(_ unreadable: [UInt8], of place: String) async -> Bool {
        await writer.reject(unreadable: unreadable, of: place)
    }
}
