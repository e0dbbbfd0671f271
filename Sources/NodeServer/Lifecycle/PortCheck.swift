internal import Glibc

/// Finds out whether somebody listens at an address already. The loops share their port (`SO_REUSEPORT`), so without this a
/// second node of the same user would share it too, and silently take half of the first one's requests.
enum PortCheck {
    /// - Returns: false when the address is taken; true also where it cannot be told, as listening will tell.
    static func isFree(host: String, port: UInt16) -> Bool {
        guard port != 0 else { return true }
        var four = sockaddr_in()
        var six = sockaddr_in6()
        if inet_pton(AF_INET, host, &four.sin_addr) == 1 {
            four.sin_family = sa_family_t(AF_INET)
            four.sin_port = port.bigEndian
            return canBind(AF_INET, &four)
        }
        guard inet_pton(AF_INET6, host, &six.sin6_addr) == 1 else { return true }
        six.sin6_family = sa_family_t(AF_INET6)
        six.sin6_port = port.bigEndian
        return canBind(AF_INET6, &six)
    }

    private static func canBind<Address>(_ family: Int32, _ address: inout Address) -> Bool {
        let descriptor = socket(family, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { return true }
        defer { close(descriptor) }
        var one: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &one, socklen_t(MemoryLayout<Int32>.size))
        let status = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<Address>.size))
            }
        }
        return status == 0 || errno != EADDRINUSE
    }
}
