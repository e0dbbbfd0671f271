internal import GatewayTypes
internal import RedisClient
internal import Threading

extension SharedLimits {
    private static let checkpointScript = RedisScript(CheckpointScript.source)

    func checkpoint(_ hold: SharedHold, _ progress: UsageProgress) {
        ledger.checkpoint(id: hold.opening.id, openedIn: hold.openedIn, progress)
        guard client.isUp, cluster.shards[hold.shard].withLock({ $0.mode }) == .on else { return }
        client.submit(
            Self.checkpointScript, keys: [SharedKeys.holds(hold.shard, cluster.epoch)],
            arguments: [.text(hold.opening.id), .bytes(progress.journalBytes(of: hold.opening.id))])
    }

    func settle(_ hold: SharedHold, as record: consuming UsageRecord) {
        record.usage = record.usage.clamped()
        record.takeIdentity(of: hold.opening)
        let attempts = record.attempts.json
        let row = record.journalBytes(identity: hold.identity, attempts: attempts)
        let amount = HeldAmount(
            reservedTokens: hold.reservation.tokens, reservedCost: hold.reservation.cost ?? .zero,
            spentTokens: record.usage.totalTokens, spentCost: record.cost ?? .zero)
        let written = ledger.written(record, row: row, attempts: attempts, openedIn: hold.openedIn)
        // What only this node's memory has is not left to others.
        let isStreamed = written.settledIn != nil
        let end = SharedHold.End(
            id: hold.opening.id, amount: amount, charges: hold.charges, place: hold.place, row: isStreamed ? row : [])
        if !isStreamed {
            ledger.enqueue(written)
            return tell(end, in: hold.shard)
        }
        guard cluster.shards[hold.shard].withLock({ $0.settle(end) }) else { return ledger.enqueue(written) }
        let ledger = ledger
        cluster.submit(end, in: hold.shard, by: cluster.epoch, client) { entry in
            if let entry { ledger.streamed(written, at: entry) } else { ledger.enqueue(written) }
        }
    }

    /// Takes an end in, and tells Redis without waiting.
    func tell(_ end: SharedHold.End, in number: Int) {
        guard cluster.shards[number].withLock({ $0.settle(end) }) else { return }
        cluster.submit(end, in: number, by: cluster.epoch, client)
    }
}

extension ClusterLimits {
    static let settleScript = RedisScript(SettleScript.source)

    /// Sends an end that counts as sent already.
    /// - Parameter then: told where the stream has the row; `nil` where it is not known to have it.
    func submit(
        _ end: SharedHold.End, in number: Int, by epoch: String, _ client: RedisClient,
        then: (@Sendable (StreamedRows.Entry?) -> Void)? = nil
    ) {
        let (keys, arguments) = Self.settleCall(end, in: number, by: epoch)
        client.submit(Self.settleScript, keys: keys, arguments: arguments) { [self] outcome in
            shards[number].withLock { $0.answered() }
            then?((try? outcome.get()).flatMap { Self.entry($0, in: number) })
            if case .failure = outcome { lost(number) }
            if let words = (try? outcome.get())?.asArray, words.first?.asInteger == 0 {
                // Taken for dead, and somebody has guessed: what is so is told again.
                shards[number].withLock { $0.join(at: RedisClock.monotonic()) }
                wake()
            }
        }
    }

    /// Where the stream has the row, as `SettleScript` answers.
    static func entry(_ reply: RedisReply, in number: Int) -> StreamedRows.Entry? {
        guard let words = reply.asArray, words.count == 3, let place = words[1].asText.flatMap({ StreamPlace($0) }),
            let life = words[2].asText
        else { return nil }
        return StreamedRows.Entry(shard: number, place: place, life: life)
    }

    static func settleCall(
        _ end: SharedHold.End, in number: Int, by epoch: String
    ) -> (keys: [String], arguments: [RedisWord]) {
        var numbers = PackedNumbers(capacity: 40 + end.charges.count * 24)
        numbers.append(end.amount.reservedTokens)
        numbers.append(end.amount.reservedCost.picodollars)
        numbers.append(end.amount.spentTokens)
        numbers.append(end.amount.spentCost.picodollars)
        numbers.append(end.charges.count)
        var keys = [SharedKeys.holds(number, epoch), SharedKeys.boot(number), SharedKeys.usage(number)]
        for charge in end.charges {
            numbers.append(charge.minute)
            numbers.append(charge.day)
            numbers.append(charge.month)
            keys.append(charge.key)
        }
        let arguments: [RedisWord] = [.bytes(numbers.bytes), .text(epoch)]
        return switch end.source {
        case .node: (keys, arguments + [.text(end.id), .bytes(end.row), "0"])
        case .guess(let kept): (keys, arguments + [.text(end.id), .bytes(end.row), "1", .bytes(kept)])
        case .ledger: (keys, arguments + [.text(end.id + SharedKeys.guessed), .bytes(end.row), "2"])
        }
    }
}
