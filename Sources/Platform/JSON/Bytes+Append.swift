extension [UInt8] {
    /// Makes room for `count` more bytes and still grows by doubling.
    mutating func reserveMore(_ count: Int) {
        guard capacity - self.count < count else { return }
        reserveCapacity(Swift.max(self.count + count, capacity * 2))
    }

    /// Lets `write` fill up to `count` bytes at once, where a run of appends would look at the array's owner and room for
    /// each byte.
    /// - Parameter write: gets the first free byte and tells how many it has written.
    @inline(__always)
    mutating func append(upTo count: Int, _ write: (UnsafeMutablePointer<UInt8>) -> Int) {
        reserveMore(count)
        append(addingCapacity: count) { span in
            span.withUnsafeMutableBufferPointer { room, filled in
                guard let start = room.baseAddress else { return }
                filled += write(start + filled)
            }
        }
    }

    /// The decimal digits of `number`.
    mutating func append(decimal number: Int) {
        append(upTo: 20) { number.writeDecimal(at: $0) }
    }
}

extension Int {
    /// Writes the decimal digits, 20 bytes at most.
    /// - Returns: how many.
    func writeDecimal(at target: UnsafeMutablePointer<UInt8>) -> Int {
        var rest = magnitude
        var digits = 1
        var bound: UInt = 10
        while digits < 20, rest >= bound {
            digits += 1
            bound = digits < 20 ? bound &* 10 : .max
        }
        let sign = self < 0 ? 1 : 0
        if sign == 1 { target[0] = UInt8(ascii: "-") }
        var place = sign + digits
        while place > sign {
            place -= 1
            target[place] = 0x30 + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        }
        return sign + digits
    }
}
