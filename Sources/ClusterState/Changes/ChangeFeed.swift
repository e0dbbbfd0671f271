internal import SQLDatabase
public import Telemetry

/// Follows the table `changes` for one node: takes in what was changed, by this node or another, and tells the others how far
/// it is. It looks when the bell rings and at every interval; while the store cannot be asked, what is known stays.
public actor ChangeFeed {
    /// Makes a new snapshot of what is stored.
    /// - Returns: what of it could not be taken in, if anything.
    public typealias Take = @Sendable (StoredObjects) -> String?

    /// So many changes are looked at one by one; after more, everything is read again.
    private static let mostChanges = 1000

    private let store: ControlStore
    private let bell: any ConfigurationBell
    private let interval: Duration
    private let log: Log?
    private let take: Take
    private var node: ClusterNode
    private var lastBeat: Int64 = 0
    private var isFailing = false
    private var following: Task<Void, Never>?

    /// - Parameter interval: how long a change of another node may go unseen when the bell is not heard.
    public init(
        store: ControlStore, node: ClusterNode, bell: any ConfigurationBell, interval: Duration, log: Log?,
        take: @escaping Take
    ) {
        self.store = store
        self.node = node
        self.bell = bell
        self.interval = interval
        self.log = log
        self.take = take
        self.node.appliedVersion = -1
    }

    /// The number of the last change that was taken in; -1 before the first look.
    public var appliedVersion: Int { node.appliedVersion }

    /// Looks now, and from now on.
    public func follow() async throws(ControlStoreError) {
        try await catchUp()
        let (looks, look) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        await bell.onRing { look.yield() }
        let interval = interval
        following = Task {
            let ticks = Task {
                while !Task.isCancelled {
                    try? await Task.sleep(for: interval)
                    look.yield()
                }
            }
            for await _ in looks { await lookAgain() }
            ticks.cancel()
        }
    }

    /// The node no longer counts among the live ones.
    public func stop() async {
        following?.cancel()
        await following?.value
        try? await store.forget(node)
    }

    /// The others are told what this node has written, and it is taken in here at once.
    public func announce(_ version: Int) async {
        bell.ring(version)
        await lookAgain()
    }

    /// Takes in everything that was changed until now.
    public func catchUp() async throws(ControlStoreError) {
        let from = node.appliedVersion
        let time = store.now()
        let news = try await store.news(since: from, limit: Self.mostChanges)
        store.changes.confirm(at: time)
        // While the store was asked, another look may have got further.
        if news.version > node.appliedVersion {
            for subject in news.subjects { store.changes.note(subject) }
            if let objects = news.objects {
                node.problem = take(objects)
            }
            node.appliedVersion = news.version
            lastBeat = 0
        }
        let now = store.now()
        guard now - lastBeat >= ClusterNode.heartbeat || now < lastBeat else { return }
        lastBeat = now
        try await store.heartbeat(node)
    }

    private func lookAgain() async {
        do throws(ControlStoreError) {
            try await catchUp()
            if isFailing { log?.notice("changes can be read again", ["version": node.appliedVersion]) }
            isFailing = false
        } catch {
            lastBeat = 0
            if !isFailing {
                log?.error("changes cannot be read, what is known stays", ["reason": String(describing: error)])
            }
            isFailing = true
        }
    }
}

/// What has changed since a node looked last.
struct ChangeNews: Sendable {
    var version: Int
    var subjects: [CallerChanges.Subject] = []
    /// Absent when nothing of the configuration has changed.
    var objects: StoredObjects?
}

extension ControlStore {
    /// - Parameter number: -1 for everything.
    func news(since number: Int, limit: Int) async throws(ControlStoreError) -> ChangeNews {
        try await read { connection throws(SQLError) in
            var news = ChangeNews(version: try ChangeLog.newest(connection))
            guard news.version > number else { return news }
            guard number >= 0, let changes = try ChangeLog.since(number, limit: limit, connection) else {
                news.subjects = [.everyone]
                news.objects = try StoredObjects.read(connection)
                return news
            }
            news.subjects = changes.compactMap { $0.kind.subject($0.object) }
            if changes.contains(where: { $0.kind.isConfiguration }) {
                news.objects = try StoredObjects.read(connection)
            }
            return news
        }
    }
}
