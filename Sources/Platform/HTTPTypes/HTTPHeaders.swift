/// Header fields in the order they came, names compared without case (RFC 9110, section 5.1).
///
/// All names and values lie in one buffer, so a request of twelve fields costs two allocations, and a `String` is made
/// only of what somebody reads.
public struct HTTPHeaders: Sendable {
    private struct Field {
        var nameStart: UInt32
        var nameCount: UInt32
        var valueStart: UInt32
        var valueCount: UInt32

        var name: Range<Int> { Int(nameStart)..<Int(nameStart + nameCount) }
        var value: Range<Int> { Int(valueStart)..<Int(valueStart + valueCount) }
    }

    private var bytes: [UInt8] = []
    private var fields: [Field] = []

    public init() {}

    public var count: Int { fields.count }
    public var isEmpty: Bool { fields.isEmpty }

    public mutating func reserve(fields count: Int, bytes size: Int) {
        fields.reserveCapacity(count)
        bytes.reserveCapacity(size)
    }

    /// Adds a field and keeps any of the same name. The caller vouches that neither holds CR, LF or NUL
    /// (`isSafe` tells).
    public mutating func append(_ name: String, _ value: String) {
        name.utf8.span.withUnsafeBufferPointer { name in
            value.utf8.span.withUnsafeBufferPointer { value in appendAtOnce(name, value) }
        }
    }

    public mutating func append(_ name: String, _ value: Int) {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { digits in
            var start = 20
            var rest = value.magnitude
            repeat {
                start -= 1
                digits[start] = 0x30 + UInt8(truncatingIfNeeded: rest % 10)
                rest /= 10
            } while rest > 0
            if value < 0 {
                start -= 1
                digits[start] = UInt8(ascii: "-")
            }
            let text = UnsafeBufferPointer(rebasing: digits[start...])
            name.utf8.span.withUnsafeBufferPointer { appendAtOnce($0, text) }
        }
    }

    private mutating func appendAtOnce(_ name: UnsafeBufferPointer<UInt8>, _ value: UnsafeBufferPointer<UInt8>) {
        let (start, count) = (bytes.count, name.count + value.count)
        if bytes.capacity - start < count { bytes.reserveCapacity(max(start + count, bytes.capacity * 2)) }
        bytes.append(addingCapacity: count) { span in
            span.withUnsafeMutableBufferPointer { room, filled in
                guard let target = room.baseAddress.map({ $0 + filled }) else { return }
                if let from = name.baseAddress { target.update(from: from, count: name.count) }
                if let from = value.baseAddress { (target + name.count).update(from: from, count: value.count) }
                filled += count
            }
        }
        fields.append(
            Field(
                nameStart: UInt32(start), nameCount: UInt32(name.count), valueStart: UInt32(start + name.count),
                valueCount: UInt32(value.count)))
    }

    /// Adds a field whose value `write` appends to the bytes it gets.
    public mutating func append(_ name: String, _ write: (inout [UInt8]) -> Void) {
        let nameStart = UInt32(bytes.count)
        name.utf8.span.withUnsafeBufferPointer { bytes.append(contentsOf: $0) }
        let valueStart = UInt32(bytes.count)
        write(&bytes)
        fields.append(
            Field(
                nameStart: nameStart, nameCount: valueStart - nameStart, valueStart: valueStart,
                valueCount: UInt32(bytes.count) - valueStart))
    }

    public mutating func append(name: some Collection<UInt8>, value: some Collection<UInt8>) {
        let nameStart = UInt32(bytes.count)
        bytes.append(contentsOf: name)
        let valueStart = UInt32(bytes.count)
        bytes.append(contentsOf: value)
        fields.append(
            Field(
                nameStart: nameStart, nameCount: valueStart - nameStart, valueStart: valueStart,
                valueCount: UInt32(bytes.count) - valueStart))
    }

    /// The first value of that name; setting replaces every field of the name, `nil` removes them.
    public subscript(name: String) -> String? {
        get { first(name).map { text($0.value) } }
        set {
            fields = fields.filter { !has($0, name) }
            if let newValue { append(name, newValue) }
        }
    }

    /// Sets each of `others`, in the place of what has its name here.
    public mutating func merge(_ others: HTTPHeaders) {
        for field in others.fields { self[others.text(field.name)] = others.text(field.value) }
    }

    /// Every value of that name, in order.
    public func all(_ name: String) -> [String] {
        fields.filter { has($0, name) }.map { text($0.value) }
    }

    public func contains(_ name: String) -> Bool { fields.contains { has($0, name) } }

    public func forEach(_ body: (_ name: String, _ value: String) -> Void) {
        for field in fields { body(text(field.name), text(field.value)) }
    }

    /// As `forEach`, without making text of the bytes.
    public func forEachBytes<Failure: Error>(
        _ body: (_ name: Span<UInt8>, _ value: Span<UInt8>) throws(Failure) -> Void
    ) throws(Failure) {
        let all = bytes.span
        for field in fields { try body(all.extracting(field.name), all.extracting(field.value)) }
    }

    /// Appends `name: value\r\n` for every field, as HTTP/1.1 writes it.
    public func write(to output: inout [UInt8]) {
        // To add nothing to an empty array would still write to the one that all empty arrays share.
        guard !fields.isEmpty else { return }
        output.append(addingCapacity: bytes.count + 4 * fields.count) { span in
            span.withUnsafeMutableBufferPointer { room, filled in
                guard let start = room.baseAddress.map({ $0 + filled }) else { return }
                var end = start
                func put(_ range: Range<Int>, _ first: Unicode.Scalar, _ second: Unicode.Scalar) {
                    bytes.withUnsafeBufferPointer { bytes in
                        if let start = bytes.baseAddress {
                            end.update(from: start + range.lowerBound, count: range.count)
                        }
                    }
                    end[range.count] = UInt8(ascii: first)
                    end[range.count + 1] = UInt8(ascii: second)
                    end += range.count + 2
                }
                for field in fields {
                    put(field.name, ":", " ")
                    put(field.value, "\r", "\n")
                }
                filled += end - start
            }
        }
    }

    /// Whether `value` may stand in a header: no control bytes but tab (RFC 9110, section 5.5).
    public static func isSafe(_ value: String) -> Bool {
        value.utf8.allSatisfy { ($0 >= 0x20 && $0 != 0x7F) || $0 == 0x09 }
    }

    private func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

    private func first(_ name: String) -> Field? {
        name.utf8.span.withUnsafeBufferPointer { name in
            bytes.withUnsafeBufferPointer { bytes in fields.first { Self.isName(of: $0, in: bytes, name) } }
        }
    }

    private func has(_ field: Field, _ name: String) -> Bool {
        name.utf8.span.withUnsafeBufferPointer { name in
            bytes.withUnsafeBufferPointer { Self.isName(of: field, in: $0, name) }
        }
    }

    private static func isName(
        of field: Field, in bytes: UnsafeBufferPointer<UInt8>, _ name: UnsafeBufferPointer<UInt8>
    ) -> Bool {
        // Most names have another length, and those of the same length mostly another end.
        guard Int(field.nameCount) == name.count, let wanted = name.baseAddress, let all = bytes.baseAddress else {
            return false
        }
        let start = all + Int(field.nameStart)
        var index = name.count - 1
        while index >= 0 {
            guard lower(start[index]) == lower(wanted[index]) else { return false }
            index -= 1
        }
        return true
    }

    private static func lower(_ byte: UInt8) -> UInt8 { byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte }
}

extension HTTPHeaders: ExpressibleByDictionaryLiteral {
    public init(dictionaryLiteral elements: (String, String)...) {
        reserve(fields: elements.count, bytes: elements.reduce(0) { $0 + $1.0.utf8.count + $1.1.utf8.count })
        for (name, value) in elements { append(name, value) }
    }
}

extension HTTPHeaders: Equatable {
    public static func == (left: HTTPHeaders, right: HTTPHeaders) -> Bool {
        left.count == right.count
            && zip(left.fields, right.fields).allSatisfy {
                left.text($0.name).lowercased() == right.text($1.name).lowercased()
                    && left.text($0.value) == right.text($1.value)
            }
    }
}
