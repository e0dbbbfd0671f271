/// Writes JSON without spaces and places the commas; the caller sees to it that brackets match and keys have values.
///
///     var writer = JSONWriter()
///     writer.object {
///         $0.member("model", "small")
///         $0.key("stop")
///         $0.array { $0.string("\n") }
///     }
public struct JSONWriter: Sendable {
    public private(set) var bytes: [UInt8] = []
    private var needsComma = false

    /// - Parameter capacity: bytes to have room for from the start.
    public init(capacity: Int = 256) { bytes.reserveCapacity(capacity) }

    /// Writes after `prefix`, such as the `data: ` of a server-sent event.
    public init(after prefix: consuming [UInt8]) { bytes = prefix }

    /// What was written, with no other owner, so that it can be added to where it lies.
    public consuming func finished() -> [UInt8] { bytes }

    /// Forgets what was written and keeps its room for the next text.
    public mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        needsComma = false
    }

    /// What `body` writes.
    public static func bytes(_ body: (inout JSONWriter) -> Void) -> [UInt8] {
        var writer = JSONWriter()
        body(&writer)
        return writer.bytes
    }

    public mutating func beginObject() { open("{") }
    public mutating func endObject() { close("}") }
    public mutating func beginArray() { open("[") }
    public mutating func endArray() { close("]") }

    public mutating func object(_ body: (inout JSONWriter) -> Void) {
        beginObject()
        body(&self)
        endObject()
    }

    public mutating func array(_ body: (inout JSONWriter) -> Void) {
        beginArray()
        body(&self)
        endArray()
    }

    public mutating func key(_ key: String) {
        quote(key, isKey: true)
        needsComma = false
    }

    public mutating func string(_ text: String) {
        quote(text, isKey: false)
        needsComma = true
    }

    public mutating func int(_ number: Int) {
        separate()
        bytes.append(decimal: number)
    }

    /// The shortest decimal that reads back as `number`; `null` for what is not finite, as JSON has no word for it.
    public mutating func double(_ number: Double) {
        guard number.isFinite else { return null() }
        separate()
        append(number.description)
    }

    public mutating func bool(_ value: Bool) {
        separate()
        append(value ? "true" : "false")
    }

    public mutating func null() {
        separate()
        append("null")
    }

    /// A value that is JSON already.
    public mutating func raw(_ value: some Collection<UInt8>) {
        separate()
        bytes.append(contentsOf: value)
    }

    /// A parsed value, byte for byte as it came.
    public mutating func value(_ value: JSONValue) { raw(value.document.source[value.range]) }

    /// As `member`, for a key of the program's own that needs no escape: it is not looked at again for every text.
    public mutating func field(_ key: StaticString, _ value: String) {
        let isCommaDue = needsComma
        value.utf8.span.withUnsafeBufferPointer { text in
            guard JSONEscape.isClean(text) else {
                put(key)
                return JSONEscape.appendQuoted(text, to: &bytes)
            }
            bytes.append(upTo: key.utf8CodeUnitCount + text.count + 6) { target in
                var end = Self.put(key, afterComma: isCommaDue, at: target)
                end.pointee = UInt8(ascii: "\"")
                if let start = text.baseAddress { (end + 1).update(from: start, count: text.count) }
                end += text.count + 1
                end.pointee = UInt8(ascii: "\"")
                return end + 1 - target
            }
        }
        needsComma = true
    }

    public mutating func field(_ key: StaticString, _ value: Int) {
        let isCommaDue = needsComma
        bytes.append(upTo: key.utf8CodeUnitCount + 24) { target in
            let start = Self.put(key, afterComma: isCommaDue, at: target)
            return start + value.writeDecimal(at: start) - target
        }
        needsComma = true
    }

    /// - Parameter value: JSON already.
    public mutating func field(_ key: StaticString, raw value: String) {
        put(key)
        separate()
        append(value)
    }

    /// - Parameter value: a text of the program's own that needs no escape.
    public mutating func field(_ key: StaticString, word value: StaticString) {
        put(key)
        bytes.append(UInt8(ascii: "\""))
        value.withUTF8Buffer { bytes.append(contentsOf: $0) }
        bytes.append(UInt8(ascii: "\""))
        needsComma = true
    }

    public mutating func field(_ key: StaticString, object body: (inout JSONWriter) -> Void) {
        put(key)
        object(body)
    }

    /// As `key`, for a key of the program's own that needs no escape.
    public mutating func put(_ key: StaticString) {
        let isCommaDue = needsComma
        bytes.append(upTo: key.utf8CodeUnitCount + 4) { target in
            Self.put(key, afterComma: isCommaDue, at: target) - target
        }
        needsComma = false
    }

    /// - Returns: the end of what it wrote.
    private static func put(
        _ key: StaticString, afterComma isCommaDue: Bool, at target: UnsafeMutablePointer<UInt8>
    ) -> UnsafeMutablePointer<UInt8> {
        var end = target
        if isCommaDue {
            end.pointee = UInt8(ascii: ",")
            end += 1
        }
        end.pointee = UInt8(ascii: "\"")
        (end + 1).update(from: key.utf8Start, count: key.utf8CodeUnitCount)
        end += 1 + key.utf8CodeUnitCount
        end[0] = UInt8(ascii: "\"")
        end[1] = UInt8(ascii: ":")
        return end + 2
    }

    private mutating func open(_ bracket: Unicode.Scalar) {
        separate()
        bytes.append(UInt8(ascii: bracket))
        needsComma = false
    }

    private mutating func close(_ bracket: Unicode.Scalar) {
        bytes.append(UInt8(ascii: bracket))
        needsComma = true
    }

    private mutating func separate() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        needsComma = true
    }

    private mutating func append(_ text: String) {
        text.utf8.span.withUnsafeBufferPointer { bytes.append(contentsOf: $0) }
    }

    /// Comma, quotes and colon with the text in one go where nothing is to be escaped, which is nearly always.
    private mutating func quote(_ text: String, isKey: Bool) {
        let isCommaDue = needsComma
        text.utf8.span.withUnsafeBufferPointer { text in
            guard JSONEscape.isClean(text) else {
                separate()
                JSONEscape.appendQuoted(text, to: &bytes)
                if isKey { bytes.append(UInt8(ascii: ":")) }
                return
            }
            bytes.append(upTo: text.count + 4) { target in
                var end = target
                func put(_ character: Unicode.Scalar) {
                    end.pointee = UInt8(ascii: character)
                    end += 1
                }
                if isCommaDue { put(",") }
                put("\"")
                if let start = text.baseAddress { end.update(from: start, count: text.count) }
                end += text.count
                put("\"")
                if isKey { put(":") }
                return end - target
            }
        }
    }
}
