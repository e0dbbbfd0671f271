internal import Glibc

/// A CIDR block, or one address: `10.0.0.0/8`, `::1`.
public struct AddressBlock: Sendable, Equatable {
    private let bytes: [UInt8]
    private let bits: Int

    /// - Returns: `nil` for text that is neither.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count <= 2, let bytes = Self.bytes(of: String(parts[0])) else { return nil }
        self.bytes = bytes
        guard parts.count == 2 else {
            bits = bytes.count * 8
            return
        }
        guard let bits = Int(parts[1]), (0...bytes.count * 8).contains(bits), parts[1].utf8.first != UInt8(ascii: "+")
        else { return nil }
        self.bits = bits
    }

    /// An IPv4 address that came over an IPv6 socket (`::ffff:a.b.c.d`) is the IPv4 address.
    public func contains(_ address: String) -> Bool {
        guard var other = Self.bytes(of: address) else { return false }
        if other.count == 16, bytes.count == 4, other.starts(with: Self.mappedPrefix) { other.removeFirst(12) }
        guard other.count == bytes.count else { return false }
        let whole = bits / 8
        guard bytes[..<whole].elementsEqual(other[..<whole]) else { return false }
        guard bits % 8 != 0 else { return true }
        return (bytes[whole] ^ other[whole]) >> UInt8(8 - bits % 8) == 0
    }

    private static let mappedPrefix: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]

    private static func bytes(of address: String) -> [UInt8]? {
        for (family, count) in [(AF_INET, 4), (AF_INET6, 16)] {
            var bytes = [UInt8](repeating: 0, count: count)
            if inet_pton(family, address, &bytes) == 1 { return bytes }
        }
        return nil
    }
}
