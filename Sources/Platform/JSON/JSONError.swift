internal import CSimdJSON

/// Why a text is not JSON that this gateway accepts (RFC 8259, UTF-8, no duplicate keys, bounded depth and size).
public struct JSONError: Error, Equatable, Sendable {
    public enum Reason: Equatable, Sendable {
        /// Nothing but white space.
        case empty
        /// The text ends inside a value.
        case truncated
        case invalidUTF8
        /// An unknown escape, bad hex digits, or a surrogate alone.
        case invalidEscape
        case invalidNumber
        case unexpectedCharacter
        /// A byte below 0x20 inside a string.
        case controlCharacter
        case byteOrderMark
        /// More than 256 arrays and objects inside each other.
        case tooDeep
        /// Two keys of one object are equal once unescaped.
        case duplicateKey
        /// Something but white space after the value.
        case trailingContent
        /// More than 128 MB, or more than 16 777 216 values and keys.
        case tooLarge
        /// The system refused the memory for the parse.
        case outOfMemory
    }

    public let reason: Reason
    /// Where the first byte at fault stands; for `truncated` the size of the text, for `duplicateKey` the second key.
    public let offset: Int?

    public init(_ reason: Reason, at offset: Int? = nil) {
        self.reason = reason
        self.offset = offset
    }

    /// A phrase that a caller may read, such as "not valid JSON: a number is malformed at byte 17".
    public var message: String {
        let place = offset.map { " at byte \($0)" } ?? ""
        return "not valid JSON: \(explanation)\(place)"
    }

    private var explanation: String {
        switch reason {
        case .empty: "there is no value"
        case .truncated: "the text ends too early"
        case .invalidUTF8: "the text is not UTF-8"
        case .invalidEscape: "an escape in a string is malformed"
        case .invalidNumber: "a number is malformed"
        case .unexpectedCharacter: "unexpected character"
        case .controlCharacter: "a control character stands unescaped in a string"
        case .byteOrderMark: "the text starts with a byte order mark"
        case .tooDeep: "arrays and objects are nested too deeply"
        case .duplicateKey: "a key is given twice"
        case .trailingContent: "something follows the value"
        case .tooLarge: "the text is too large"
        case .outOfMemory: "there is not enough memory to read it"
        }
    }
}

extension JSONError {
    init(_ failure: json_failure) {
        let offset = failure.offset == UInt32.max ? nil : Int(failure.offset)
        self.init(Self.reason(Int(failure.reason)), at: offset)
    }

    private static func reason(_ code: Int) -> Reason {
        switch code {
        case JSON_EMPTY: .empty
        case JSON_TRUNCATED: .truncated
        case JSON_INVALID_UTF8: .invalidUTF8
        case JSON_INVALID_ESCAPE: .invalidEscape
        case JSON_INVALID_NUMBER: .invalidNumber
        case JSON_CONTROL_CHARACTER: .controlCharacter
        case JSON_BYTE_ORDER_MARK: .byteOrderMark
        case JSON_TOO_DEEP: .tooDeep
        case JSON_DUPLICATE_KEY: .duplicateKey
        case JSON_TRAILING_CONTENT: .trailingContent
        case JSON_TOO_LARGE: .tooLarge
        case JSON_OUT_OF_MEMORY: .outOfMemory
        default: .unexpectedCharacter
        }
    }
}
