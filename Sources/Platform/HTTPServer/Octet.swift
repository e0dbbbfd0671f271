/// Classes of bytes (RFC 9110, section 5.6.2; RFC 3986, section 3.2.2), each as a bit mask over ASCII.
enum Octet {
    static let tab: UInt8 = 0x09
    static let lineFeed: UInt8 = 0x0A
    static let carriageReturn: UInt8 = 0x0D
    static let space: UInt8 = 0x20
    static let comma = UInt8(ascii: ",")
    static let colon = UInt8(ascii: ":")

    /// A byte of a method or of a field's name.
    @inline(__always)
    static func isToken(_ byte: UInt8) -> Bool { isIn(byte, 0x3FF_6CFA_0000_0000, 0x57FF_FFFF_C7FF_FFFE) }

    /// A byte of a host with an optional port.
    @inline(__always)
    static func isHost(_ byte: UInt8) -> Bool { isIn(byte, 0x2FFF_6FF2_0000_0000, 0x47FF_FFFE_AFFF_FFFE) }

    /// A byte of a field's value (RFC 9110, section 5.5): anything but control bytes, with tab.
    @inline(__always)
    static func isText(_ byte: UInt8) -> Bool { (byte >= 0x20 && byte != 0x7F) || byte == tab }

    @inline(__always)
    static func isBlank(_ byte: UInt8) -> Bool { byte == space || byte == tab }

    @inline(__always)
    static func lowercased(_ byte: UInt8) -> UInt8 { byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte }

    @inline(__always)
    private static func isIn(_ byte: UInt8, _ low: UInt64, _ high: UInt64) -> Bool {
        byte < 64 ? (low >> UInt64(byte)) & 1 == 1 : byte < 128 && (high >> UInt64(byte - 64)) & 1 == 1
    }
}
