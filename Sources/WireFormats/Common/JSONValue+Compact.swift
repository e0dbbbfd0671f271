internal import JSON

extension JSONValue {
    /// The text without white space between its tokens; strings and numbers stay byte for byte.
    var compactText: String {
        var output: [UInt8] = []
        output.reserveCapacity(range.count)
        var isInString = false
        var isEscaped = false
        for byte in source[range] {
            if isInString {
                output.append(byte)
                if isEscaped {
                    isEscaped = false
                } else if byte == UInt8(ascii: "\\") {
                    isEscaped = true
                } else if byte == UInt8(ascii: "\"") {
                    isInString = false
                }
            } else if byte > 0x20 {
                isInString = byte == UInt8(ascii: "\"")
                output.append(byte)
            }
        }
        return String(decoding: output, as: UTF8.self)
    }
}
