/// One host and port, and the connections to it. Used on the loop's thread only.
final class Origin {
    let host: String
    let port: UInt16
    /// The host is an address, which needs no look-up.
    let literal: PeerAddress?
    /// Connections without a request, the one used last at the end: it is used next, so that the others may age.
    var kept: [DirectConnection] = []
    /// Connections of any kind, also those that do not stand yet.
    var openCount = 0
    /// Calls that wait for a connection, where their number is bounded.
    private var waiting: [DirectCall] = []
    /// Where the last connection went, among the addresses of the host: the next one tries it first.
    var preferred = 0

    init(_ url: PlainURL) {
        host = url.host
        port = url.port
        literal = try? PeerAddress.all(of: url.host, port: url.port, isLiteral: true).first
    }

    func enqueue(_ call: DirectCall) { waiting.append(call) }

    /// The call that has waited longest and still does.
    func nextWaiting() -> DirectCall? {
        while !waiting.isEmpty {
            let call = waiting.removeFirst()
            if !call.isOver { return call }
        }
        return nil
    }

    func remove(kept connection: DirectConnection) {
        if let index = kept.lastIndex(where: { $0 === connection }) { kept.remove(at: index) }
    }
}
