/// Finds the end of a JSON object that comes in pieces, without parsing it.
struct ObjectEndScan: Sendable {
    private var depth = 0
    private var isInString = false
    private var isEscaped = false
    private var hasBegun = false

    /// Whether the object's last bracket has come.
    var isAtEnd: Bool { hasBegun && depth == 0 }

    mutating func feed(_ piece: String) {
        for byte in piece.utf8 { feed(byte) }
    }

    private mutating func feed(_ byte: UInt8) {
        if isInString {
            if isEscaped {
                isEscaped = false
            } else if byte == UInt8(ascii: "\\") {
                isEscaped = true
            } else if byte == UInt8(ascii: "\"") {
                isInString = false
            }
            return
        }
        switch byte {
        case UInt8(ascii: "\""): isInString = true
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            hasBegun = true
            depth += 1
        case UInt8(ascii: "}"), UInt8(ascii: "]"): depth = max(0, depth - 1)
        default: return
        }
    }
}
