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
        record.identity = hold.opening.identity
        let attempts = record.attempts.json
        let row = record.journalBytes(identity: hold.identity, attempts: attempts)
        let amount = HeldAmount(
            reservedTokens: hold.reservation.tokens, reservedCost: hold.reservation.cost ?? .zero,
            spentTokens: record.usage.totalTokens, spentCost: record.cost ?? .zero)
        let written = ledger.written(record, row: row, attempts: attempts, openedIn: hold.openedIn)
        let end = SharedHold.End(
            id: hold.opening.id, amount: amount, charges: hold.charges, place: hold.place, row: row)
        guard cluster.shards[hold.shard].withLock({ $0.settle(end) }) else { return ledger.enqueue(written) }
        let ledger = ledger
        let shard = hold.shard
        cluster.submit(end, in: shard, by: cluster.epoch, client) { answer in
            if let place = answer?.place {
                ledger.enqueue(written, streamedTo: place, in: shard)
            } else {
                ledger.enqueue(written)
            }
        }
    }

    /// Takes an end in, and tells Redis without waiting.
    func tell(_ end: SharedHold.End, in number: Int) {
        guard cluster.shards[number].withLock({ $0.settle(end) }) else { return }
        cluster.submit(end, in: number, by: cluster.epoch, client)
    }
}

/// What `SettleScript` answers.
struct SettleAnswer: Equatable {
    /// Whether the hold was there.
    var wasOpen: Bool
    /// Where the stream has the row, as Redis writes it; `nil` when it took none.
    var place: [UInt8]?

    /// - Returns: `nil` for a reply that is none.
    init?(_ reply: RedisReply) {
        guard case .bytes(let bytes) = reply else { return nil }
        wasOpen = bytes.first != UInt8(ascii: "-")
        // Most often the bytes are passed on as they came.
        let place = wasOpen ? bytes : Array(bytes.dropFirst())
        self.place = place.isEmpty ? nil : place
    }
}

extension ClusterLimits {
    static let settleScript = RedisScript(SettleScript.source)

    /// Sends an end that counts as sent already.
    /// - Parameter then: told what Redis answered; `nil` where it is not known.
    func submit(
        _ end: SharedHold.End, in number: Int, by epoch: String, _ client: RedisClient,
        then: (@Sendable (SettleAnswer?) -> Void)? = nil
    ) {
        let (keys, arguments) = Self.settleCall(end, in: number, by: epoch)
        client.submit(Self.settleScript, keys: keys, arguments: arguments) { [self] outcome in
            let answer = (try? outcome.get()).flatMap { SettleAnswer($0) }
            // First, as with no call under way all answers are taken to have been dealt with.
            then?(answer)
            shards[number].withLock { $0.answered() }
            if case .failure = outcome { lost(number) }
            if answer?.wasOpen == false {
                // Taken for dead, and somebody has guessed: what is so is told again.
                shards[number].withLock { $0.join(at: RedisClock.monotonic()) }
                wake()
            }
        }
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
