public import EventLoop

/// Messages from Redis's channels over a connection of its own, which is made anew whenever it is lost, until `close()`,
/// which must be called.
///
/// Redis keeps no message for those who are away. So after each connection `onResume` tells that some may have been missed.
public actor RedisSubscription {
    public typealias Handler = @Sendable ([UInt8]) -> Void

    public nonisolated let loop: EventLoop
    private let settings: RedisSettings
    private var handlers: [String: [Handler]] = [:]
    private var resumed: [@Sendable () -> Void] = []
    private var cuts: [@Sendable (RedisOutage) -> Void] = []
    private var connection: RedisConnection?
    /// Channels that the present connection has not confirmed yet.
    private var unconfirmed: Set<String> = []
    private var keeper: Task<Void, Never>?
    private var isClosed = false
    private var pulse: LoopTimer?
    private var isAsking = false

    /// How long the connection may be quiet before Redis is asked whether it is still there, and then until it must answer.
    private static let quiet = Duration.seconds(2)
    private static let patience = Duration.seconds(1)

    public nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    /// May be called anywhere; begins to connect.
    public init(loop: EventLoop, settings: RedisSettings) {
        self.loop = loop
        self.settings = settings
        Task(executorPreference: loop) { await self.start() }
    }

    /// Calls `handler` on the loop for each message of the channel, in order. More than one handler may share a channel.
    public func subscribe(_ channel: String, _ handler: @escaping Handler) {
        let isNew = handlers[channel] == nil
        handlers[channel, default: []].append(handler)
        guard isNew, let connection else { return }
        unconfirmed.insert(channel)
        connection.post(["SUBSCRIBE", .text(channel)])
    }

    /// Calls `handler` on the loop each time all channels are (again) listened to: whatever the messages would have told
    /// must be read anew.
    public func onResume(_ handler: @escaping @Sendable () -> Void) {
        resumed.append(handler)
        if isListening { handler() }
    }

    /// Calls `handler` on the loop when the connection is lost.
    public func onCut(_ handler: @escaping @Sendable (RedisOutage) -> Void) { cuts.append(handler) }

    /// Whether every channel is listened to.
    public var isListening: Bool { connection != nil && unconfirmed.isEmpty }

    public func close() {
        isClosed = true
        keeper?.cancel()
        pulse = nil
        resumed = []
        cuts = []
        connection.map { $0.end(.cut($0.endpoint)) }
    }

    // MARK: - The connection

    private func start() {
        guard !isClosed else { return }
        keeper = Task(executorPreference: loop) { await self.keepConnected() }
    }

    private func keepConnected() async {
        let dialer = RedisDialer(loop: loop, settings: settings, for: .messages)
        while !Task.isCancelled {
            let began = ContinuousClock.now
            if let connection = try? await dialer.dial() { await listen(on: connection) }
            let rest = settings.probeInterval - (ContinuousClock.now - began)
            if rest > .zero { try? await loop.sleep(for: rest) }
        }
    }

    /// Passes messages on until the connection ends.
    private func listen(on connection: RedisConnection) async {
        guard !Task.isCancelled else { return connection.end(.cut(connection.endpoint)) }
        guard connection.outage == nil else { return }
        self.connection = connection
        unconfirmed = Set(handlers.keys)
        connection.onMessage = { [self] message in assumeIsolated { $0.take(message) } }
        if !unconfirmed.isEmpty { connection.post(["SUBSCRIBE"] + unconfirmed.map { .text($0) }) }
        watch()
        await withCheckedContinuation { caller in
            connection.onEnd = { [self] outage in
                assumeIsolated { $0.ended(outage) }
                caller.resume()
            }
        }
    }

    private func ended(_ outage: RedisOutage) {
        connection = nil
        pulse = nil
        for cut in cuts { cut(outage) }
    }

    private func take(_ message: RedisReply) {
        guard let parts = message.asArray, parts.count == 3, let channel = parts[1].asText else { return }
        switch parts[0].asText {
        case "message":
            guard let bytes = parts[2].asBytes, let handlers = handlers[channel] else { return }
            for handler in handlers { handler(bytes) }
        case "subscribe":
            guard unconfirmed.remove(channel) != nil, unconfirmed.isEmpty else { return }
            for handler in resumed { handler() }
        default: break
        }
    }

    // MARK: - A connection that is dead without telling

    private func watch() {
        let timer = LoopTimer(loop) { [unowned self] in assumeIsolated { $0.feelPulse() } }
        pulse = timer
        isAsking = false
        connection?.hasReceived = false
        timer.fire(after: Self.quiet)
    }

    private func feelPulse() {
        guard let connection else { return }
        if connection.hasReceived {
            connection.hasReceived = false
            isAsking = false
            pulse?.fire(after: Self.quiet)
        } else if isAsking {
            connection.end(.silent(connection.endpoint))
        } else {
            isAsking = true
            connection.post(["PING"])
            pulse?.fire(after: Self.patience)
        }
    }
}
