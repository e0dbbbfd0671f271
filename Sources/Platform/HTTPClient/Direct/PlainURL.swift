internal import HTTPTypes

/// An `http` URL that says what it means: a host without a user, a path without dots to resolve, escapes to add or a fragment
/// to cut off. Every other is left to libcurl's judgement, so that there is one opinion on what a URL means.
struct PlainURL: Equatable {
    /// A name or an address; one of IPv6 without its brackets.
    let host: String
    let port: UInt16
    /// Host and port as a `host` field has them.
    let authority: String
    /// Path and query.
    let path: String

    init?(_ url: String) {
        let bytes = Array(url.utf8)
        let scheme = Array("http://".utf8)
        guard bytes.starts(with: scheme) else { return nil }
        let start = scheme.count
        var end = start
        while end < bytes.count, bytes[end] != UInt8(ascii: "/") { end += 1 }
        guard let (hostEnd, port) = Self.port(bytes, start..<end), hostEnd > start else { return nil }
        if bytes[start] == UInt8(ascii: "[") {
            guard bytes[hostEnd - 1] == UInt8(ascii: "]"), hostEnd - start > 2 else { return nil }
            for byte in bytes[start + 1..<hostEnd - 1] where !Self.isHexadecimal(byte) && byte != Octet.colon {
                return nil
            }
            host = String(decoding: bytes[start + 1..<hostEnd - 1], as: UTF8.self)
        } else {
            for byte in bytes[start..<hostEnd] where !Self.isName(byte) { return nil }
            host = String(decoding: bytes[start..<hostEnd], as: UTF8.self)
        }
        guard Self.isPlainPath(bytes[end...]) else { return nil }
        let written = String(decoding: bytes[start..<hostEnd], as: UTF8.self)
        self.port = port
        authority = port == 80 ? written : "\(written):\(port)"
        path = end == bytes.count ? "/" : String(decoding: bytes[end...], as: UTF8.self)
    }

    /// Where the host ends and which port follows it.
    private static func port(_ bytes: [UInt8], _ range: Range<Int>) -> (Int, UInt16)? {
        var digits = range.upperBound
        while digits > range.lowerBound, bytes[digits - 1] >= 0x30, bytes[digits - 1] <= 0x39 { digits -= 1 }
        guard digits > range.lowerBound, bytes[digits - 1] == Octet.colon else { return (range.upperBound, 80) }
        guard let port = UInt16(String(decoding: bytes[digits..<range.upperBound], as: UTF8.self)), port > 0 else {
            return nil
        }
        return (digits - 1, port)
    }

    private static func isPlainPath(_ bytes: ArraySlice<UInt8>) -> Bool {
        var before: UInt8 = 0
        for byte in bytes {
            guard byte > Octet.space, byte < 0x7F, byte != UInt8(ascii: "#") else { return false }
            if byte == UInt8(ascii: "."), before == UInt8(ascii: "/") { return false }
            before = byte
        }
        return true
    }

    private static func isName(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"): true
        default: false
        }
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x46, 0x61...0x66, UInt8(ascii: "."): true
        default: false
        }
    }
}
