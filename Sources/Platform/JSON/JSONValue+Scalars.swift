internal import CSimdJSON

extension JSONValue {
    /// What a string means; `nil` for every other kind.
    public var string: String? { node.kind == JSON_KIND_STRING ? document.text(index) : nil }

    /// Whether this is a string that means `text`; without a `String` for it unless it has escapes.
    public func isString(_ text: String) -> Bool {
        guard node.kind == JSON_KIND_STRING else { return false }
        var text = text
        return text.withUTF8 { document.isText(index, $0) }
    }

    /// The number if it is whole and an `Int` holds it, also when written `3.0` or `3e2`.
    public var int: Int? {
        guard node.kind == JSON_KIND_NUMBER else { return nil }
        guard !node.hasFraction else { return Int(exactly: document.double(index)) }
        return document.source[range].withUnsafeBufferPointer(Self.int)
    }

    /// The double nearest to the number; `nil` when it is too large for one.
    public var double: Double? {
        guard node.kind == JSON_KIND_NUMBER else { return nil }
        let value = document.double(index)
        return value.isFinite ? value : nil
    }

    public var bool: Bool? {
        switch node.kind {
        case JSON_KIND_TRUE: true
        case JSON_KIND_FALSE: false
        default: nil
        }
    }

    public var isNull: Bool { node.kind == JSON_KIND_NULL }

    /// The value of valid digits with an optional minus before them.
    private static func int(_ digits: UnsafeBufferPointer<UInt8>) -> Int? {
        let isNegative = digits[0] == UInt8(ascii: "-")
        var value = 0
        for digit in digits.dropFirst(isNegative ? 1 : 0) {
            let (tens, overflow) = value.multipliedReportingOverflow(by: 10)
            let unit = Int(digit) - 0x30
            let (sum, carry) = tens.addingReportingOverflow(isNegative ? -unit : unit)
            if overflow || carry { return nil }
            value = sum
        }
        return value
    }
}
