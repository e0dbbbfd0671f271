internal import EventLoop
internal import GatewayTypes
internal import RedisClient
internal import SQLDatabase

/// What counters miss of an earlier process of this node: requests that it let in without Redis and never told of, and what
/// its journal knew better than whoever settled for it and had to guess (docs/decisions/0004). The ledger has the last word.
extension ClusterKeeper {
    /// A guess that the ledger has no row of after so long, in milliseconds, stays as it is.
    private static let patience: Int64 = 3_600_000

    func keepAmending() async {
        while !isClosed {
            if await amend() { return }
            loop.checkIsolated()
            try? await loop.sleep(for: timing.heartbeat)
        }
    }

    /// - Returns: whether nothing is left to be amended.
    func amend() async -> Bool {
        // Until then the database may know less than the journal.
        guard await ledger.flush() else { return false }
        loop.checkIsolated()
        guard await tellUntold() else { return false }
        loop.checkIsolated()
        return await correctGuesses()
    }

    // MARK: - Requests that Redis was never told of

    private func tellUntold() async -> Bool {
        let segments = ledger.journal.leftUntold()
        guard !segments.isEmpty else { return true }
        var last: [String: UntoldRequest] = [:]
        var counts: [Int: Int] = [:]
        for segment in segments {
            let payloads = ledger.journal.untold(in: segment)
            let requests = payloads.compactMap { UntoldRequest(stored: $0) }
            guard let spent = try? await ledger.spent(by: requests.map(\.hold.opening.id)) else { return false }
            loop.checkIsolated()
            for request in requests {
                last["\(request.shard) \(request.epoch)"] = request
                // Without a row it was not let in.
                guard let spent = spent[request.hold.opening.id] else { continue }
                guard await run(UntoldScript.call(request, spent)) else { return false }
                loop.checkIsolated()
            }
            counts[segment] = payloads.count
        }
        for request in last.values {
            guard await run(UntoldScript.end(request)) else { return false }
            loop.checkIsolated()
        }
        ledger.journal.told(counts)
        ledger.writer.wantCleaning()
        return true
    }

    private func run(_ call: (keys: [String], arguments: [RedisWord])) async -> Bool {
        (try? await client.run(UntoldScript.script, keys: call.keys, arguments: call.arguments)) != nil
    }

    // MARK: - Guesses

    private func correctGuesses() async -> Bool {
        var isDone = true
        for number in cluster.shards.indices {
            let boot = try? await client.command(["HGETALL", .text(SharedKeys.boot(number))])
            loop.checkIsolated()
            guard let fields = boot?.asFields else { return false }
            for (epoch, name, _) in BootMarker.speakers(fields) where name == me.id && epoch != cluster.epoch {
                if await !correctGuesses(about: epoch, number) { isDone = false }
                loop.checkIsolated()
            }
        }
        return isDone
    }

    private func correctGuesses(about epoch: String, _ number: Int) async -> Bool {
        let reply = try? await client.command(["HGETALL", .text(SharedKeys.holds(number, epoch))])
        loop.checkIsolated()
        guard let fields = reply?.asFields else { return false }
        let guesses = fields.filter { $0.key.hasSuffix(SharedKeys.guessed) }
            .compactMap { $0.value.asBytes.flatMap { HoldPayload(stored: $0) } }
        guard let spent = try? await ledger.spent(by: guesses.map(\.opening.id)) else { return false }
        loop.checkIsolated()
        // What is still held nobody has guessed yet.
        var isDone = fields.keys.allSatisfy { $0.hasSuffix(SharedKeys.guessed) || $0.hasSuffix(SharedKeys.progress) }
        for guess in guesses {
            let id = guess.opening.id
            guard let spent = spent[id] else {
                if guess.opening.time > cluster.clock.now() - Self.patience { isDone = false }
                continue
            }
            let amount = HeldAmount(
                reservedTokens: guess.reservation.tokens, reservedCost: guess.reservation.cost ?? .zero,
                spentTokens: spent.tokens, spentCost: spent.cost ?? .zero)
            let end = SharedHold.End(
                id: id, amount: amount, charges: guess.charges, place: nil, row: [], source: .ledger)
            let (keys, arguments) = ClusterLimits.settleCall(end, in: number, by: epoch)
            let answer = try? await client.run(ClusterLimits.settleScript, keys: keys, arguments: arguments)
            loop.checkIsolated()
            if answer == nil { isDone = false }
        }
        return isDone
    }
}
