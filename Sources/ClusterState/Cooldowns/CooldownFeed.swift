internal import EventLoop
internal import GatewayTypes
internal import RedisClient

/// Keeps one node's mirror of the cooldowns like Redis: takes the messages in, and reads everything anew whenever some may
/// have been missed.
actor CooldownFeed {
    nonisolated var unownedExecutor: UnownedSerialExecutor { client.unownedExecutor }

    private let mirror: CooldownMirror
    private nonisolated let teller: CooldownTeller
    private nonisolated var client: RedisClient { teller.client }

    /// Which memory of Redis the mirror shows; a Redis that has lost its memory has another name.
    private var memory: String?
    private var sequence = 0
    private var loads = 0
    /// Messages that came while everything was being read; `nil` at other times.
    private var early: [[UInt8]]?
    private var isStale = false

    init(_ mirror: CooldownMirror, _ teller: CooldownTeller) {
        self.mirror = mirror
        self.teller = teller
    }

    /// - Parameter subscription: on the client's loop, so that messages are taken in the order in which they come.
    func start(_ subscription: RedisSubscription) async {
        precondition(subscription.loop === client.loop, "the subscription is on another loop than the client")
        await subscription.subscribe(CooldownScripts.channel) { [weak self] bytes in
            self?.assumeIsolated { $0.take(bytes) }
        }
        await subscription.onResume { [weak self] in Task { await self?.synchronise() } }
        await client.onStateChange { [weak self] state in
            if state == .up { Task { await self?.synchronise() } }
        }
    }

    /// Tells Redis what it has not heard, then reads everything.
    func synchronise() async {
        isStale = true
        guard early == nil else { return }
        while isStale {
            isStale = false
            early = []
            teller.tellUntold()
            loads += 1
            let name: RedisWord = .text("\(teller.node)/\(loads)")
            let reply = try? await client.run(CooldownScripts.load, keys: CooldownScripts.keys, arguments: [name])
            guard let found = reply?.asArray, found.count >= 2, let memory = found[0].asText,
                let sequence = found[1].asInteger
            else { break }  // away again: this is called when it is back
            take(found, from: memory)
            self.sequence = sequence
            let waiting = early ?? []
            early = nil
            for message in waiting { take(message) }
        }
        early = nil
    }

    private func take(_ found: [RedisReply], from name: String) {
        let isOther = name != memory
        memory = name
        let time = teller.now()
        let news = stride(from: 2, to: found.count - 3, by: 4).compactMap { index -> CooldownNews? in
            guard let verb = found[index].asText, let milliseconds = found[index + 1].asInteger,
                let detail = found[index + 2].asText, let key = found[index + 3].asText
            else { return nil }
            return CooldownNews(verb: verb, milliseconds: Int64(milliseconds), detail: detail, key: key, now: time)
        }
        let mine = mirror.change { table, time in
            let mine = isOther ? table.shared(at: time) : []
            if !isOther { table.forgetShared() }
            for each in news { table.take(each) }
            return mine
        }
        // A Redis without memory is given what this node remembers.
        for change in mine { teller.tell(change) }
    }

    private func take(_ bytes: [UInt8]) {
        if early != nil {
            early?.append(bytes)
            return
        }
        guard let message = CooldownMessage(bytes, now: teller.now()) else { return }
        if message.memory != memory || message.sequence > sequence + 1 {
            Task { await synchronise() }
        } else if message.sequence == sequence + 1 {
            sequence = message.sequence
            // Of its own probe this node knows more than the message.
            if case .probing = message.news, teller.isOwn(probe: message.detail) { return }
            mirror.change { table, _ in table.take(message.news) }
        }  // else it was read with the rest
    }
}
