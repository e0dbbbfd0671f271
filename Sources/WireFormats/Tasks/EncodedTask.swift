internal import GatewayTypes

/// A request in an upstream's words, and what of it there were none for.
struct EncodedTask<Field: Hashable & Sendable>: Sendable {
    /// Below the provider's endpoint, with a leading slash.
    var path: String
    var body: [UInt8]
    var dropped: Set<Field> = []
}
