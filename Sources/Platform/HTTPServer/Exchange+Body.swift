internal import EventLoop

/// What `HTTPRequestBody` offers.
extension Exchange {
    /// Content that may wait for the handler to ask, in bytes.
    static let readAhead = 65_536

    /// Whether no more may be read until somebody asks.
    var hasEnough: Bool {
        if case .whole = demand { false } else { arrived.count >= Self.readAhead }
    }

    /// Nothing has come for too long; that nobody asked is not the client's fault.
    func bodyTimedOut() {
        if case .none = demand { return }
        failBody(.timedOut)
    }

    /// More content, or its end, has come.
    func bodyArrived() {
        switch demand {
        case .none: break
        case .piece: if isBodyComplete || !arrived.isEmpty { wakeReader() }
        case .whole(let limit): if isBodyComplete || arrived.count > limit { wakeReader() }
        }
    }

    /// - Returns: `nil` when the content has not come in full.
    func takeWhole(upTo limit: Int) throws(HTTPBodyError) -> [UInt8]? {
        loop.checkIsolated()
        guard arrived.count <= limit else { throw .tooLarge }
        if isBodyComplete { return takeArrived() }
        if let bodyError { throw bodyError }
        return nil
    }

    func collect(upTo limit: Int) async throws(HTTPBodyError) -> [UInt8] {
        if let left = connection?.decoder.left {
            guard left <= limit - arrived.count else { throw .tooLarge }
            arrived.reserveCapacity(min(arrived.count + left, 1 << 20))
        }
        while true {
            await waitForBody(.whole(limit: limit))
            if let whole = try takeWhole(upTo: limit) { return whole }
        }
    }

    func nextPiece() async throws(HTTPBodyError) -> [UInt8]? {
        loop.checkIsolated()
        while true {
            if !arrived.isEmpty { return takeArrived() }
            if isBodyComplete { return nil }
            if let bodyError { throw bodyError }
            await waitForBody(.piece)
        }
    }

    private func takeArrived() -> [UInt8] {
        defer { arrived = [] }
        return arrived
    }

    private func waitForBody(_ demand: BodyDemand) async {
        precondition(bodyWaiter == nil, "a body is read by one caller at a time")
        guard let connection else { return }
        self.demand = demand
        connection.bodyIsAwaited()
        guard bodyError == nil else { return }
        await withUnsafeContinuation { bodyWaiter = $0 }
    }
}
