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
        let amount = HeldAmount(
            reservedTokens: hold.reservation.tokens, reservedCost: hold.reservation.cost ?? .zero,
            spentTokens: record.usage.totalTokens, spentCost: record.cost ?? .zero)
        tell(
            SharedHold.End(id: hold.opening.id, amount: amount, charges: hold.charges, place: hold.place, row: []),
            in: hold.shard)
        ledger.settled(record, identity: hold.identity, openedIn: hold.openedIn)
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
    func submit(_ end: SharedHold.End, in number: Int, by epoch: String, _ client: RedisClient) {
        let (keys, arguments) = Self.settleCall(end, in: number, by: epoch)
        client.submit(Self.settleScript, keys: keys, arguments: arguments) { [self] outcome in
            shards[number].withLock { $0.answered() }
            if case .failure = outcome { lost(number) }
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
        var keys = [SharedKeys.holds(number, epoch), SharedKeys.usage(number)]
        for charge in end.charges {
            numbers.append(charge.minute)
            numbers.append(charge.day)
            numbers.append(charge.month)
            keys.append(charge.key)
        }
        return (keys, [.bytes(numbers.bytes), .text(epoch), .text(end.id), .bytes(end.row)])
    }
}
