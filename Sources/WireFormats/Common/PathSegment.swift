/// Text made fit for one segment of a URL's path.
enum PathSegment {
    /// Percent-encodes whatever is not unreserved (RFC 3986, section 2.3), but for the bytes of `kept`.
    static func escaped(_ text: String, keeping kept: String = "") -> String {
        var output: [UInt8] = []
        output.reserveCapacity(text.utf8.count)
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                output.append(byte)
            case _ where kept.utf8.contains(byte): output.append(byte)
            default:
                output.append(UInt8(ascii: "%"))
                output.append(contentsOf: (byte < 16 ? "0" : "").utf8)
                output.append(contentsOf: String(byte, radix: 16, uppercase: true).utf8)
            }
        }
        return String(decoding: output, as: UTF8.self)
    }
}
