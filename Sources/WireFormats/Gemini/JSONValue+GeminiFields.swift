internal import JSON

extension JSONValue {
    /// The member `name`, spelt so or in snake_case, as protobuf's JSON allows; null counts as absent.
    func field(_ name: String) -> JSONValue? {
        guard kind == .object, count > 0 else { return nil }
        if let value = present(name) { return value }
        let snake = GeminiField.snakeCase(name)
        return snake == name ? nil : present(snake)
    }

    /// The elements of a repeated field; anything but a list counts as a list of one, as the API takes it.
    func list(_ name: String) -> [JSONValue] {
        guard let value = field(name) else { return [] }
        return value.kind == .array ? Array(value.elements) : [value]
    }

    /// A whole number, which protobuf's JSON may write as a string.
    var wholeNumber: Int? { int ?? string.flatMap { Int($0) } }

    /// A number, likewise.
    var anyNumber: Double? { double ?? string.flatMap { Double($0) }.flatMap { $0.isFinite ? $0 : nil } }

    /// Every member that is not null, under its name in camelCase.
    var fields: [(name: String, value: JSONValue)] {
        members.filter { !$0.value.isNull }.map { (GeminiField.camelCase($0.key), $0.value) }
    }
}

/// The two spellings of a field's name.
enum GeminiField {
    static func snakeCase(_ name: String) -> String {
        guard name.utf8.contains(where: isUpper) else { return name }
        var output: [UInt8] = []
        for byte in name.utf8 {
            if isUpper(byte) { output.append(UInt8(ascii: "_")) }
            output.append(isUpper(byte) ? byte | 0x20 : byte)
        }
        return String(decoding: output, as: UTF8.self)
    }

    /// A leading underscore stays.
    static func camelCase(_ name: String) -> String {
        guard name.utf8.dropFirst().contains(UInt8(ascii: "_")) else { return name }
        var output: [UInt8] = []
        var isWordStart = false
        for byte in name.utf8 {
            if byte == UInt8(ascii: "_"), !output.isEmpty {
                isWordStart = true
            } else {
                output.append(isWordStart && (97...122).contains(byte) ? byte & 0xDF : byte)
                isWordStart = false
            }
        }
        return String(decoding: output, as: UTF8.self)
    }

    private static func isUpper(_ byte: UInt8) -> Bool { (65...90).contains(byte) }
}
