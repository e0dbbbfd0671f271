/// Why an address cannot be listened on.
public enum HTTPServerError: Error, Equatable {
    /// The host is neither an IPv4 nor an IPv6 address.
    case badAddress
    /// The address is not one of this machine.
    case addressNotAvailable
    case addressInUse
    /// The port is privileged.
    case permissionDenied
    /// The system gave no descriptor or memory; the value is `errno`.
    case resources(Int32)
}
