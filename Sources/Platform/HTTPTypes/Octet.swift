/// Classes of bytes (RFC 9110, section 5.6.2; RFC 3986, section 3.2.2), each as a bit mask over ASCII.
public enum Octet {
    @inlinable public static var tab: UInt8 { 0x09 }
    @inlinable public static var lineFeed: UInt8 { 0x0A }
    @inlinable public static var carriageReturn: UInt8 { 0x0D }
    @inlinable public static var space: UInt8 { 0x20 }
    @inlinable public static var comma: UInt8 { UInt8(ascii: ",") }
    @inlinable public static var colon: UInt8 { UInt8(ascii: ":") }

    /// A byte of a method or of a field's name.
    @inlinable @inline(__always)
    public static func isToken(_ byte: UInt8) -> Bool { isIn(byte, 0x3FF_6CFA_0000_0000, 0x57FF_FFFF_C7FF_FFFE) }

    /// A byte of a host with an optional port.
    @inlinable @inline(__always)
    public static func isHost(_ byte: UInt8) -> Bool { isIn(byte, 0x2FFF_6FF2_0000_0000, 0x47FF_FFFE_AFFF_FFFE) }

    /// A byte of a field's value (RFC 9110, section 5.5): anything but control bytes, with tab.
    @inlinable @inline(__always)
    public static func isText(_ byte: UInt8) -> Bool { (byte >= 0x20 && byte != 0x7F) || byte == tab }

    @inlinable @inline(__always)
    public static func isBlank(_ byte: UInt8) -> Bool { byte == space || byte == tab }

    @inlinable @inline(__always)
    public static func lowercased(_ byte: UInt8) -> UInt8 { byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte }

    @inlinable @inline(__always)
    static func isIn(_ byte: UInt8, _ low: UInt64, _ high: UInt64) -> Bool {
        byte < 64 ? (low >> UInt64(byte)) & 1 == 1 : byte < 128 && (high >> UInt64(byte - 64)) & 1 == 1
    }
}
