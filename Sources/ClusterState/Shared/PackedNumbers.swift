/// Numbers as the scripts take and give them: doubles, little-endian, one after another.
struct PackedNumbers {
    private(set) var bytes: [UInt8] = []

    init(capacity: Int) { bytes.reserveCapacity(capacity) }

    mutating func append(_ number: Double) {
        bytes.append(addingCapacity: 8) { span in
            span.withUnsafeMutableBufferPointer { room, filled in
                let target = UnsafeMutableRawBufferPointer(room)
                target.storeBytes(of: number.bitPattern.littleEndian, toByteOffset: filled, as: UInt64.self)
                filled += 8
            }
        }
    }

    mutating func append(_ number: Int) { append(Double(number)) }

    mutating func append(_ number: Int64) { append(Double(number)) }

    mutating func append(_ numbers: SharedAmounts) { for limit in 0..<7 { append(numbers[limit]) } }

    /// Text of a length that the reader knows.
    mutating func append(_ text: String) { bytes.append(contentsOf: text.utf8) }

    mutating func append(_ rest: [UInt8]) { bytes.append(contentsOf: rest) }
}

/// Reads what `PackedNumbers` writes. What is missing reads as 0, so that a reader need only check the length once.
struct PackedReader {
    private let bytes: [UInt8]
    private(set) var position: Int

    init(_ bytes: [UInt8], at position: Int = 0) {
        self.bytes = bytes
        self.position = position
    }

    /// Whole numbers left.
    var count: Int { max(0, (bytes.count - position) / 8) }

    mutating func number() -> Double {
        guard position + 8 <= bytes.count else { return 0 }
        defer { position += 8 }
        return bytes.withUnsafeBytes {
            Double(bitPattern: UInt64(littleEndian: $0.loadUnaligned(fromByteOffset: position, as: UInt64.self)))
        }
    }

    /// The nearest integer; a script cannot answer more than fits, a broken server can.
    mutating func integer() -> Int { Int(saturating: number()) }

    mutating func text(_ count: Int) -> String? {
        guard count >= 0, count <= bytes.count - position else { return nil }
        defer { position += count }
        return String(validating: bytes[position..<position + count], as: UTF8.self)
    }

    /// Everything that is left.
    var rest: [UInt8] { Array(bytes[min(position, bytes.count)...]) }
}

extension Int {
    /// The nearest integer, 0 for what is no number.
    init(saturating number: Double) {
        self = number.isNaN ? 0 : number >= 9.2e18 ? .max : number <= -9.2e18 ? .min : Int(number.rounded())
    }
}
