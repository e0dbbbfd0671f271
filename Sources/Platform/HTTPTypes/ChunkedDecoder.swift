/// A chunked body (RFC 9112, section 7.1), read from bytes in whatever pieces they come. Extensions and trailer fields are
/// checked and dropped. Line ends are CRLF and nothing else: a lone LF here is how requests are smuggled.
public struct ChunkedDecoder: Sendable {
    public enum Failure: Error, Equatable {
        case malformed
        case tooLarge
    }

    private enum State {
        case sizeStart, size, blankAfterSize, chunkExtension, sizeEnd
        case data, dataReturn, dataEnd
        case trailerStart, trailerName, trailerValue, trailerEnd, bodyEnd
    }

    private var state = State.sizeStart
    /// Bytes left of the chunk in hand; while its size is read, the size so far.
    private var left = 0
    /// Bytes the body may still have.
    private var allowance: Int
    /// Bytes that extensions and trailers may still have, all together.
    private var overhead: Int

    /// - Parameters:
    ///   - limit: bytes of content the body may have.
    ///   - overhead: bytes that extensions and trailers may have, all together.
    public init(limit: Int, overhead: Int = 16_384) {
        allowance = limit
        self.overhead = overhead
    }

    /// Appends the content among `bytes` to `output`.
    /// - Returns: how many of the bytes belong to the body, if it ended among them.
    public mutating func decode(_ bytes: Span<UInt8>, into output: inout [UInt8]) throws(Failure) -> Int? {
        var index = 0
        while index < bytes.count {
            if state == .data {
                let count = min(left, bytes.count - index)
                output.append(bytes.extracting(index..<index + count))
                left -= count
                index += count
                if left == 0 { state = .dataReturn }
                continue
            }
            let byte = bytes[index]
            index += 1
            if state == .bodyEnd {
                guard byte == Octet.lineFeed else { throw .malformed }
                return index
            }
            state = try next(after: byte)
        }
        return nil
    }

    private mutating func next(after byte: UInt8) throws(Failure) -> State {
        switch state {
        case .sizeStart:
            left = 0
            return try addDigit(byte)
        case .size:
            if byte == Octet.carriageReturn { return .sizeEnd }
            if byte == UInt8(ascii: ";") { return .chunkExtension }
            return Octet.isBlank(byte) ? .blankAfterSize : try addDigit(byte)
        case .blankAfterSize:
            if byte == UInt8(ascii: ";") { return .chunkExtension }
            guard Octet.isBlank(byte) else { throw .malformed }
            try spend()
            return .blankAfterSize
        case .chunkExtension:
            if byte == Octet.carriageReturn { return .sizeEnd }
            guard Octet.isText(byte) else { throw .malformed }
            try spend()
            return .chunkExtension
        case .sizeEnd:
            guard byte == Octet.lineFeed else { throw .malformed }
            guard left > 0 else { return .trailerStart }
            guard left <= allowance else { throw .tooLarge }
            allowance -= left
            return .data
        case .dataReturn:
            guard byte == Octet.carriageReturn else { throw .malformed }
            return .dataEnd
        case .dataEnd:
            guard byte == Octet.lineFeed else { throw .malformed }
            return .sizeStart
        case .trailerStart:
            if byte == Octet.carriageReturn { return .bodyEnd }
            guard Octet.isToken(byte) else { throw .malformed }
            return .trailerName
        case .trailerName:
            if byte == Octet.colon { return .trailerValue }
            guard Octet.isToken(byte) else { throw .malformed }
            try spend()
            return .trailerName
        case .trailerValue:
            if byte == Octet.carriageReturn { return .trailerEnd }
            guard Octet.isText(byte) else { throw .malformed }
            try spend()
            return .trailerValue
        case .trailerEnd:
            guard byte == Octet.lineFeed else { throw .malformed }
            return .trailerStart
        case .data, .bodyEnd: preconditionFailure("decode handles these itself")
        }
    }

    private mutating func addDigit(_ byte: UInt8) throws(Failure) -> State {
        let digit: UInt8
        switch byte {
        case 0x30...0x39: digit = byte - 0x30
        case 0x41...0x46, 0x61...0x66: digit = (byte | 0x20) - 0x57
        default: throw .malformed
        }
        guard left < 1 << 58 else { throw .malformed }
        left = left << 4 | Int(digit)
        return .size
    }

    private mutating func spend() throws(Failure) {
        guard overhead > 0 else { throw .malformed }
        overhead -= 1
    }
}
