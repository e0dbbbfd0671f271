internal import CEvent
internal import EventLoop
internal import Glibc

/// Tells at once when the client of a connection leaves that is not being read.
///
/// An epoll set inside the loop's own: libevent does not report a reset to an event that asks for `EV_CLOSED` alone, and
/// then spins.
final class Departures {
    private let set: Int32
    private var watched: [Int32: Connection] = [:]
    private var event: DescriptorEvent!

    init?(_ loop: EventLoop) {
        set = epoll_create1(Int32(O_CLOEXEC))
        guard set >= 0 else { return nil }
        event = DescriptorEvent(loop, descriptor: set, on: .read) { [unowned self] _ in report() }
        event.enable()
    }

    deinit {
        event?.disable()
        if set >= 0 { close(set) }
    }

    func watch(_ connection: Connection) {
        watched[connection.descriptor] = connection
        _ = departure_watch(set, connection.descriptor)
    }

    func forget(_ connection: Connection) {
        watched[connection.descriptor] = nil
        _ = epoll_ctl(set, EPOLL_CTL_DEL, connection.descriptor, nil)
    }

    private func report() {
        while case let descriptor = departure_next(set), descriptor >= 0 {
            guard let connection = watched[descriptor], connection.phase == .exchange else { continue }
            connection.close()
        }
    }
}
