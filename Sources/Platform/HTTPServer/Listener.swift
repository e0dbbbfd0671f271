internal import CEvent
internal import EventLoop
internal import Glibc

/// Accepts connections at one address. Made, used and released on the loop's thread.
final class Listener {
    private let descriptor: Int32
    private unowned let connections: ConnectionSet
    private var event: DescriptorEvent!
    private var retry: LoopTimer!

    /// Each loop has a listener of its own at the same address, between which the system shares out the connections.
    init(at address: SocketAddress, for connections: ConnectionSet) throws(HTTPServerError) {
        self.connections = connections
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        descriptor = socket(Int32(address.family), kind, 0)
        guard descriptor >= 0 else { throw HTTPServerError(errno) }
        for (level, option) in [
            (SOL_SOCKET, SO_REUSEADDR), (SOL_SOCKET, SO_REUSEPORT), (Int32(IPPROTO_TCP), TCP_NODELAY),
        ] {  // a connection inherits TCP_NODELAY from its listener
            var on: Int32 = 1
            setsockopt(descriptor, level, option, &on, socklen_t(MemoryLayout<Int32>.size))
        }
        guard address.withPointer({ bind(descriptor, $0, $1) }) == 0, listen(descriptor, 4096) == 0 else {
            let error = HTTPServerError(errno)
            close(descriptor)
            throw error
        }
        event = DescriptorEvent(connections.loop, descriptor: descriptor, on: .read) { [unowned self] _ in accept() }
        retry = LoopTimer(connections.loop) { [unowned self] in resume() }
        event.enable()
    }

    deinit {
        event?.disable()
        close(descriptor)
    }

    var port: UInt16 {
        SocketAddress.filled { getsockname(descriptor, $0, $1) }?.port ?? 0
    }

    func resume() { event.enable() }

    /// What a handshake that has begun may take on a local network.
    static let handshake = Duration.milliseconds(50)

    /// Handshakes that have begun go on, new ones get no answer; the client's system tries again a second later.
    func turnAway() { _ = listener_turn_away(descriptor) }

    /// Takes whoever waits, also beyond the most connections allowed.
    func acceptRest() {
        var peer = sockaddr_storage()
        while case let accepted = socket_accept(descriptor, &peer), accepted >= 0 {
            connections.add(accepted, from: SocketAddress(peer).host)
        }
    }

    /// A few at a time, so that the connections at work get their turn.
    private func accept() {
        for _ in 0..<32 {
            guard !connections.isFull else { return event.disable() }
            var peer = sockaddr_storage()
            let accepted = socket_accept(descriptor, &peer)
            if accepted >= 0 {
                connections.add(accepted, from: SocketAddress(peer).host)
                continue
            }
            switch errno {
            case EAGAIN: return
            case EMFILE, ENFILE, ENOBUFS, ENOMEM:
                event.disable()
                return retry.fire(after: .milliseconds(100))
            default: continue  // that connection ended before it was accepted
            }
        }
    }
}

extension HTTPServerError {
    init(_ code: Int32) {
        self =
            switch code {
            case EADDRINUSE: .addressInUse
            case EADDRNOTAVAIL, EAFNOSUPPORT: .addressNotAvailable
            case EACCES, EPERM: .permissionDenied
            default: .resources(code)
            }
    }
}
