internal import Crypto
public import GatewayTypes
internal import SQLDatabase
internal import Synchronization
internal import Threading

/// Tells who a bearer is: from a bounded cache that all loops share, filled from the store behind their backs.
///
/// What was read before a change of its user, token or tier is not served after it. Changes by this process count at once,
/// those by others when `ChangeFeed` has read of them. While the store cannot be asked, known callers stay known; under
/// `strict_revocation` only for as long as nothing can have changed unseen for 30 s.
public final class CallerDirectory: Sendable {
    private struct State: Sendable {
        var callers: CallerCache
        /// Apart from the callers, so that guesses never push out those who belong here.
        var strangers: CallerCache
    }

    /// How long a refusal is believed, in milliseconds.
    static let refusalLifetime: Int64 = 1000
    /// How old the newest look at the changes may be under strict revocation, in milliseconds.
    static let strictPatience: Int64 = 30_000

    private let store: ControlStore
    private let admin: (digest: TokenDigest, caller: Caller)?
    private let state: Locked<State>
    private let isStrict = Atomic<Bool>(false)

    /// - Parameters:
    ///   - adminToken: `SWITCHYARD_ADMIN_TOKEN`, good for everything and without limits.
    ///   - adminID: the id of the user `admin`, whom its requests are recorded under.
    ///   - capacity: how many tokens are kept.
    public init(store: ControlStore, adminToken: String? = nil, adminID: String = "admin", capacity: Int = 50_000) {
        self.store = store
        admin = adminToken.map { text in
            let caller = Caller(
                userID: adminID, username: "admin", role: .admin, tokenID: nil, scopes: Set(Caller.Scope.allCases))
            return (TokenDigest(text), caller)
        }
        state = Locked(
            State(callers: CallerCache(capacity: capacity), strangers: CallerCache(capacity: min(capacity, 4096))))
    }

    /// The caller, if this process knows without asking; `nil` means that `caller(for:)` must be awaited.
    /// - Throws: `unauthorized`, when it is known that the bearer is not to be let in.
    public func cached(_ bearer: String) throws(GatewayError) -> Caller? {
        let digest = TokenDigest(bearer)
        if let admin, admin.digest == digest { return admin.caller }
        let now = store.now()
        let epoch = store.changes.epoch
        let found = state.withLock { $0.callers.entry(of: digest) ?? $0.strangers.entry(of: digest) }
        guard var entry = found else { return nil }
        switch entry.verdict {
        case .refused(let reason):
            guard entry.epoch == epoch, now - entry.readAt < Self.refusalLifetime, now >= entry.readAt else {
                return nil
            }
            throw .unauthorized(reason)
        case .caller(let caller):
            guard !mustConfirm(at: now) else { return nil }
            if entry.epoch != epoch {
                guard !store.changes.concern(caller, since: entry.epoch) else { return nil }
                // What has changed is none of this caller's business; the next look need not find that out again.
                entry.epoch = epoch
                let confirmed = entry
                state.withLock { $0.callers.confirm(confirmed, for: digest) }
            }
            return try Self.checked(caller, at: now)
        }
    }

    /// Whether callers that are known are let in only when the store says so again: `strict_revocation`.
    public func setStrictRevocation(_ isOn: Bool) { isStrict.store(isOn, ordering: .relaxed) }

    private func mustConfirm(at now: Int64) -> Bool {
        guard isStrict.load(ordering: .relaxed) else { return false }
        // A clock that was set back tells nothing of how long ago it was.
        return !(0...Self.strictPatience).contains(now - store.changes.confirmedAt)
    }

    /// The caller, asking the store if need be.
    /// - Throws: `unauthorized`; `storeUnavailable` when the store cannot be asked about a token not known here.
    public func caller(for bearer: String) async throws(GatewayError) -> Caller {
        if let caller = try cached(bearer) { return caller }
        let digest = TokenDigest(bearer)
        // Taken before the read: if anything changes meanwhile, what was read is kept as out of date.
        let epoch = store.changes.epoch
        let verdict: CallerCache.Verdict
        do throws(ControlStoreError) {
            verdict = try await store.verdict(on: digest)
        } catch {
            let now = store.now()
            guard !mustConfirm(at: now),
                case .caller(let known) = state.withLock({ $0.callers.entry(of: digest) })?.verdict
            else { throw .storeUnavailable }
            return try Self.checked(known, at: now)
        }
        let now = store.now()
        let entry = CallerCache.Entry(verdict: verdict, epoch: epoch, readAt: now)
        switch verdict {
        case .caller(let caller):
            state.withLock { $0.callers.put(entry, for: digest) }
            return try Self.checked(caller, at: now)
        case .refused(let reason):
            state.withLock { state in
                state.strangers.put(entry, for: digest)
                // Who was known and is refused now must not come back when the store cannot be asked.
                if state.callers.entry(of: digest) != nil { state.callers.put(entry, for: digest) }
            }
            throw .unauthorized(reason)
        }
    }

    /// How many tokens are kept, refused ones included.
    var count: Int { state.withLock { $0.callers.count + $0.strangers.count } }

    private static func checked(_ caller: Caller, at now: Int64) throws(GatewayError) -> Caller {
        if let end = caller.expiresAt, end <= now { throw .unauthorized(.expired) }
        return caller
    }
}

extension ControlStore {
    /// Whom the store knows by a token.
    func verdict(on digest: TokenDigest) async throws(ControlStoreError) -> CallerCache.Verdict {
        let hash = digest.hex
        return try await read { (connection) throws(SQLError) -> CallerCache.Verdict in
            let sql = StoredToken.select + " WHERE t.hash = ?"
            guard let row = try connection.query(sql, .text(hash)).first else { return .refused(.unknown) }
            let token = try StoredToken(row)
            guard case .success(let user) = try Self.user(token.userID, connection) else { return .refused(.unknown) }
            if token.revokedAt != nil { return .refused(.revoked) }
            if user.disabledAt != nil { return .refused(.disabled) }
            let tierLimits = try user.tier.map { tier throws(SQLError) in try limits(of: tier, connection) }
            return .caller(
                Caller(
                    userID: user.id, username: user.username, role: user.role, tokenID: token.id, scopes: token.scopes,
                    models: token.models, allowedAddresses: token.allowedAddresses, expiresAt: token.expiresAt,
                    tier: user.tier, tokenLimits: token.limits, userLimits: user.limits,
                    tierLimits: tierLimits ?? Limits()))
        }
    }

    /// A tier that is defined nowhere any more has no limits to know of, so it must not let in: all of them are 0.
    private func limits(of tier: String, _ connection: SQLConnection) throws(SQLError) -> Limits {
        if let configured = configuredTiers.limits(of: tier) { return configured }
        if let row = try connection.query("SELECT limits FROM tiers WHERE name = ?", .text(tier)).first {
            return try Limits(column: row.text("limits"))
        }
        var blocked = Limits()
        blocked.concurrentRequests = 0
        return blocked
    }
}
