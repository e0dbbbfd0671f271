extension Base64 {
    private static let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    static func encode(_ bytes: some RandomAccessCollection<UInt8>) -> String {
        String(unsafeUninitializedCapacity: (bytes.count + 2) / 3 * 4) { output in
            var end = 0
            func put(_ byte: UInt8) {
                output[end] = byte
                end += 1
            }
            var index = bytes.startIndex
            while index < bytes.endIndex {
                let taken = min(3, bytes.distance(from: index, to: bytes.endIndex))
                var group: UInt32 = 0
                for position in 0..<3 {
                    group <<= 8
                    guard position < taken else { continue }
                    group |= UInt32(bytes[index])
                    index = bytes.index(after: index)
                }
                for position in 0..<4 {
                    let digit = digits[Int(group >> UInt32(18 - 6 * position) & 63)]
                    put(position <= taken ? digit : UInt8(ascii: "="))
                }
            }
            return end
        }
    }
}
