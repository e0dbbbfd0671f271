internal import EventLoop
internal import GatewayTypes
internal import RedisClient
internal import Telemetry
internal import Threading

/// A request that is to be let in.
struct Admission {
    let opening: UsageRecord
    let identity: [UInt8]
    /// The opening's `journalBytes`.
    let row: [UInt8]
    let subjects: [LimitSubject]
    let reservation: Reservation
    let shard: Int
    var slots: [AdmitCall.Slot] = []

    init(
        _ opening: UsageRecord, _ identity: [UInt8], _ row: [UInt8], _ subjects: [LimitSubject],
        _ reservation: Reservation, _ shard: Int
    ) {
        self.opening = opening
        self.identity = identity
        self.row = row
        self.subjects = subjects
        self.reservation = reservation
        self.shard = shard
    }
}

extension SharedLimits {
    /// What came of asking Redis.
    enum Outcome: ~Copyable {
        case admitted(Hold)
        case refused(GatewayError)
        /// Only because other nodes have been lent the room: they have been asked to give it back.
        case lent(GatewayError)
        /// Something has changed meanwhile.
        case again
    }

    /// Redis waits no longer for a command than this, in milliseconds; less than the client does.
    static let patience: Int64 = 200

    func ask(_ request: Admission, at now: Int64) async -> Outcome {
        let call = call(request, at: now)
        let shard = cluster.shards[request.shard]
        let reply: RedisReply
        do throws(RedisError) {
            reply = try await client.run(AdmitCall.script, keys: call.keys, arguments: call.arguments)
        } catch {
            shard.withLock { $0.answered(call.slots, request.reservation) }
            cluster.lost(request.shard)
            if !error.isOutage { cluster.log.error("Redis refused a script", ["detail": "\(error)"]) }
            return .again
        }
        guard let bytes = reply.asBytes,
            let (verdict, time) = AdmitVerdict.read(bytes, subjects: request.subjects.count)
        else {
            shard.withLock { $0.answered(call.slots, request.reservation) }
            cluster.lost(request.shard)
            return .again
        }
        if case .admitted(let minute, let counters) = verdict {
            let (charges, place) = shard.withLock {
                $0.admitted(call.slots, counters, minute: minute, request.reservation)
            }
            let rates = RateStatus(request.subjects, counters, call.slots, at: time)
            do throws(GatewayError) {
                return .admitted(try open(request, call.payload, charges, place, rates))
            } catch { return .refused(error) }
        }
        shard.withLock { $0.answered(call.slots, request.reservation) }
        return after(verdict, time, request, call)
    }

    /// What to do about a verdict that lets nothing in.
    private func after(_ verdict: AdmitVerdict, _ time: Int64, _ request: Admission, _ call: AdmitCall) -> Outcome {
        func refusal(_ subject: Int, _ limit: Int) -> GatewayError {
            .limited(LimitRefusal(request.subjects[subject], limit, call.slots[subject].windows, at: time))
        }
        switch verdict {
        case .refused(let subject, let limit): return .refused(refusal(subject, limit))
        case .lent(let subject, let limit):
            keeper.wantRoom(in: call.slots[subject].key, client)
            return .lent(refusal(subject, limit))
        case .otherTime:
            cluster.clock.set(time, at: RedisClock.monotonic())
            return .again
        case .unknownNode:
            cluster.shards[request.shard].withLock { $0.join(at: RedisClock.monotonic()) }
            keeper.callOthers(client)
            cluster.wake()
            return .again
        case .late, .admitted: return .again
        }
    }

    private func call(_ request: Admission, at now: Int64) -> AdmitCall {
        let charges = request.slots.map { slot in
            SharedHold.Charge(
                place: slot.place, key: slot.key, minute: 0, day: slot.windows.day.start,
                month: slot.windows.month.start)
        }
        return AdmitCall(
            shard: request.shard, epoch: cluster.epoch, id: request.opening.id, slots: request.slots,
            maxima: request.subjects.map { SharedAmounts(maximaOf: $0.limits) }, reservation: request.reservation,
            deadline: now + Self.patience, epochs: cluster.members.epochs,
            payload: HoldPayload.encode(request.reservation, charges, row: request.row))
    }

    /// A request without limits need not wait for Redis: its hold is sent, and should Redis not take it, it is told with all
    /// others.
    func admitUnlimited(_ request: Admission) throws(GatewayError) -> Hold {
        let call = call(request, at: cluster.clock.now())
        let (cluster, number) = (cluster, request.shard)
        let place = cluster.shards[number].withLock { shard in
            shard.sent()
            return shard.open.reserve()
        }
        let hold: Hold
        do throws(GatewayError) {
            hold = try open(request, call.payload, [], place, RateStatus())
        } catch {
            cluster.shards[number].withLock { $0.answered() }
            throw error
        }
        client.submit(AdmitCall.script, keys: call.keys, arguments: call.arguments) { outcome in
            cluster.shards[number].withLock { $0.answered() }
            let bytes = (try? outcome.get())?.asBytes
            switch bytes.flatMap({ AdmitVerdict.read($0, subjects: 0) })?.verdict {
            case .admitted: break
            case .unknownNode:
                cluster.shards[number].withLock { $0.join(at: RedisClock.monotonic()) }
                cluster.wake()
            case .refused, .lent, .otherTime, .late, nil: cluster.lost(number)
            }
        }
        return hold
    }

    /// Without Redis, by this node's part of the limits.
    func decideHere(_ request: Admission, _ slots: [AdmitCall.Slot], at now: Int64) -> Outcome {
        let members = cluster.members
        let result = cluster.shards[request.shard].withLock { shard in
            shard.admitLocally(slots, request.subjects, request.reservation, at: now) { most, counter, since in
                members.share(of: most, counter: counter, outageSince: since)
            }
        }
        switch result {
        case .failure(let refused):
            let subject = request.subjects[refused.subject]
            return .refused(.limited(LimitRefusal(outageOf: subject, refused.limit)))
        case .success(let (charges, place)):
            let payload = HoldPayload.encode(request.reservation, charges, row: request.row)
            // Before it is open: until then nothing can be told.
            if !charges.isEmpty { note(untold: payload, charges[0].minute, in: request.shard) }
            do throws(GatewayError) {
                return .admitted(try open(request, payload, charges, place, RateStatus()))
            } catch { return .refused(error) }
        case nil: return .again
        }
    }

    /// Should this process die before Redis is told of the request, the next one finds it in the journal.
    private func note(untold payload: [UInt8], _ minute: Int64, in number: Int) {
        let (telling, isFull) = cluster.shards[number].withLock { shard in
            (shard.tellings, shard.untoldIn.reduce(0) { $0 + $1.value } >= SharedShard.mostUntold)
        }
        guard !isFull else { return }
        let request = UntoldRequest.encode(cluster.epoch, telling: telling, minute, payload)
        guard let segment = ledger.journal.untold(request) else { return }
        cluster.shards[number].withLock { $0.untoldIn[segment, default: 0] += 1 }
    }

    /// Writes the journal and makes the hold.
    private func open(
        _ request: Admission, _ payload: [UInt8], _ charges: [SharedHold.Charge], _ place: Int, _ rates: RateStatus
    ) throws(GatewayError) -> Hold {
        let openedIn = ledger.opened(request.row)
        guard openedIn != nil || ledger.hasRoomInMemory else {
            let nothing = HeldAmount(
                reservedTokens: request.reservation.tokens, reservedCost: request.reservation.cost ?? .zero,
                spentTokens: 0, spentCost: .zero)
            tell(
                SharedHold.End(id: request.opening.id, amount: nothing, charges: charges, place: place, row: []),
                in: request.shard)
            cluster.shards[request.shard].withLock { $0.answered() }
            throw .fault(detail: "the usage journal cannot be written and too many rows wait in memory")
        }
        let hold = SharedHold(
            opening: request.opening, identity: request.identity, reservation: request.reservation,
            shard: request.shard, charges: charges, payload: payload, openedIn: openedIn, place: place, limits: self)
        cluster.shards[request.shard].withLock { $0.opened(hold) }
        return Hold(hold, rates: rates)
    }
}
