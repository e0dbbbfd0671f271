internal import Glibc

extension UInt8 {
    static let lineFeed = UInt8(ascii: "\n")
    static let carriageReturn = UInt8(ascii: "\r")
    static let space = UInt8(ascii: " ")
}

extension [UInt8] {
    /// The offset of the first `byte` in `start..<end`, at the speed of the C library.
    func firstOffset(of byte: UInt8, from start: Int, to end: Int? = nil) -> Int? {
        let count = (end ?? self.count) - start
        guard count > 0 else { return nil }
        return withUnsafeBytes { buffer in
            guard let base = buffer.baseAddress, let found = memchr(base + start, Int32(byte), count) else {
                return nil
            }
            return base.distance(to: UnsafeRawPointer(found))
        }
    }
}
