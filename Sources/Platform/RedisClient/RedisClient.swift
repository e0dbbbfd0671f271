public import EventLoop
internal import Synchronization

/// Commands to one Redis server over one connection of one loop, any number of them under way at once.
///
/// While Redis is away commands fail at once, and the client tries to get back by itself until `close()`, which must be
/// called. Before the first connection is made, commands wait for it. A command that fails with `connectionLost` or
/// `timedOut` may have run: nothing is sent twice, but for a script that Redis does not know.
public actor RedisClient {
    /// Takes a command's outcome, on the loop.
    public typealias Answer = @Sendable (Result<RedisReply, RedisError>) -> Void

    public nonisolated let loop: EventLoop
    public nonisolated let settings: RedisSettings
    private nonisolated let up = Atomic<Bool>(false)

    private enum Link {
        /// The first connection is being made.
        case starting
        case up(RedisConnection)
        case down(RedisOutage)
        case closed
    }

    private struct Early {
        var words: [RedisWord]
        var answer: Answer?
    }

    private var link = Link.starting
    /// Commands from before the first connection.
    private var early: [Early] = []
    private var patience: LoopTimer?
    private var keeper: Task<Void, Never>?
    private var observers: [@Sendable (RedisState) -> Void] = []

    public nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    /// May be called anywhere; begins to connect.
    public init(loop: EventLoop, settings: RedisSettings) {
        self.loop = loop
        self.settings = settings
        Task(executorPreference: loop) { await self.start() }
    }

    // MARK: - Commands

    /// Sends a command and waits for its reply.
    @discardableResult
    public func command(_ words: [RedisWord]) async throws(RedisError) -> RedisReply {
        let outcome = await withCheckedContinuation { caller in send(words) { caller.resume(returning: $0) } }
        return try outcome.get()
    }

    /// Runs a script by its name, and with its source if Redis does not know it.
    @discardableResult
    public func run(
        _ script: RedisScript, keys: [String], arguments: [RedisWord] = []
    ) async throws(RedisError) -> RedisReply {
        let outcome = await withCheckedContinuation { caller in
            send(script, keys: keys, arguments: arguments) { caller.resume(returning: $0) }
        }
        return try outcome.get()
    }

    /// Sends a command without waiting. On the client's loop it is in order with what was submitted before; from another
    /// thread it goes to the loop first. The end of a request may call it, also from a `deinit`.
    /// - Parameter then: called exactly once, on the loop, perhaps before this returns.
    public nonisolated func submit(
        _ words: [RedisWord], then: Answer? = nil
    ) {
        onLoop { $0.send(words, then) }
    }

    /// As above. A script that Redis does not know is sent again, behind what was submitted meanwhile.
    public nonisolated func submit(
        _ script: RedisScript, keys: [String], arguments: [RedisWord] = [],
        then: Answer? = nil
    ) {
        onLoop { $0.send(script, keys: keys, arguments: arguments, then) }
    }

    private nonisolated func onLoop(_ body: @escaping @Sendable (isolated RedisClient) -> Void) {
        if loop.isCurrent { assumeIsolated(body) } else { loop.execute { self.assumeIsolated(body) } }
    }

    private func send(
        _ script: RedisScript, keys: [String], arguments: [RedisWord], _ answer: Answer?
    ) {
        send(script.command(withSource: false, keys: keys, arguments: arguments)) { [self] outcome in
            if case .failure(.refused("NOSCRIPT", _)) = outcome {
                let words = script.command(withSource: true, keys: keys, arguments: arguments)
                assumeIsolated { $0.send(words, answer) }
            } else {
                answer?(outcome)
            }
        }
    }

    private func send(_ words: [RedisWord], _ answer: Answer?) {
        switch link {
        case .up(let connection): connection.send(words, answer)
        case .starting: wait(Early(words: words, answer: answer))
        case .down(let outage): answer?(.failure(.unavailable(outage)))
        case .closed: answer?(.failure(.closed))
        }
    }

    // MARK: - State

    /// Whether commands are sent at present. May be asked anywhere.
    public nonisolated var isUp: Bool { up.load(ordering: .acquiring) }

    public var state: RedisState {
        switch link {
        case .starting: .down(.connecting)
        case .up: .up
        case .down(let outage): .down(outage)
        case .closed: .down(.connecting)
        }
    }

    /// Calls `observer` on the loop whenever Redis comes or goes, or is away for another reason; and now, if that is known.
    public func onStateChange(_ observer: @escaping @Sendable (RedisState) -> Void) {
        observers.append(observer)
        switch link {
        case .starting, .closed: break
        case .up, .down: observer(state)
        }
    }

    /// Ends the connection. What is under way fails with `connectionLost`, what comes later with `closed`.
    public func close() {
        guard enter(.closed) else { return }
        keeper?.cancel()
        observers = []
    }

    // MARK: - The connection

    private func start() {
        guard case .starting = link else { return }
        keeper = Task(executorPreference: loop) { await self.keepConnected() }
    }

    /// Connects again and again until the client is closed.
    private func keepConnected() async {
        let dialer = RedisDialer(loop: loop, settings: settings, for: .commands)
        while !Task.isCancelled {
            let began = ContinuousClock.now
            do throws(RedisOutage) {
                let connection = try await dialer.dial()
                await serve(connection)
            } catch {
                enter(.down(error))
            }
            // A connection that lasted is replaced at once.
            let rest = settings.probeInterval - (ContinuousClock.now - began)
            if rest > .zero { try? await loop.sleep(for: rest) }
        }
    }

    /// Uses the connection until it ends.
    private func serve(_ connection: RedisConnection) async {
        if let outage = connection.outage {  // already: the greeting was all it said
            enter(.down(outage))
            return
        }
        guard enter(.up(connection)) else { return connection.end(.cut(connection.endpoint)) }
        await withCheckedContinuation { caller in
            connection.onEnd = { [self] outage in
                assumeIsolated { _ = $0.enter(.down(outage)) }
                caller.resume()
            }
        }
    }

    /// - Returns: false when the client is closed for good.
    @discardableResult
    private func enter(_ next: Link) -> Bool {
        if case .closed = link { return false }
        let before = state
        let last = link
        link = next
        if case .up = next { up.store(true, ordering: .releasing) } else { up.store(false, ordering: .releasing) }
        if case .up(let connection) = last { connection.end(.cut(connection.endpoint)) }
        patience = nil
        let early = self.early
        self.early = []
        for command in early { send(command.words, command.answer) }
        if state != before { for observer in observers { observer(state) } }
        return true
    }

    private func wait(_ command: Early) {
        early.append(command)
        guard patience == nil else { return }
        let timer = LoopTimer(loop) { [unowned self] in assumeIsolated { $0.losePatience() } }
        timer.fire(after: settings.commandTimeout)
        patience = timer
    }

    private func losePatience() {
        patience = nil
        let early = self.early
        self.early = []
        for command in early { command.answer?(.failure(.unavailable(.connecting))) }
    }
}
