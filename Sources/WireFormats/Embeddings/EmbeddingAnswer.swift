internal import GatewayTypes
internal import JSON

/// One vector for each input, in the order of the inputs.
struct EmbeddingAnswer: Sendable {
    var vectors: [EmbeddingVector]
    var model: String?
    var promptTokens: Int?

    /// - Throws: `badAnswer` unless there are `count` vectors.
    func checked(count: Int) throws(UpstreamFailure) -> EmbeddingAnswer {
        guard vectors.count == count else { throw .noAnswer("it has \(vectors.count) vectors for \(count) inputs") }
        return self
    }
}

/// A vector as a list of numbers, whose texts stay as they came.
struct EmbeddingVector: Sendable {
    private let numbers: JSONValue

    /// - Returns: `nil` for what is no list of numbers. What providers pack otherwise unasked may be other than floats.
    init?(_ value: JSONValue?) {
        guard let value, value.kind == .array, value.count > 0, value.elements.allSatisfy({ $0.kind == .number }) else {
            return nil
        }
        numbers = value
    }

    /// The vectors of a list, or of a member of each of its elements.
    static func all(in list: [JSONValue?]) throws(UpstreamFailure) -> [EmbeddingVector] {
        var vectors: [EmbeddingVector] = []
        vectors.reserveCapacity(list.count)
        for value in list {
            guard let vector = EmbeddingVector(value) else { throw .noAnswer("a vector is no list of numbers") }
            vectors.append(vector)
        }
        return vectors
    }

    /// JSON in the encoding asked for: base64 is a text with the bytes of little-endian 32-bit floats.
    func written(_ encoding: EmbeddingEncoding) -> [UInt8] {
        switch encoding {
        case .float: return numbers.raw
        case .base64:
            var bytes: [UInt8] = []
            bytes.reserveCapacity(numbers.count * 4)
            for number in numbers.elements {
                let bits = Float(number.double ?? 0).bitPattern
                for shift in stride(from: UInt32(0), to: 32, by: 8) {
                    bytes.append(UInt8(truncatingIfNeeded: bits >> shift))
                }
            }
            return Array("\"\(Base64.encode(bytes))\"".utf8)
        }
    }
}

enum EmbeddingEncoding: String, Sendable, CaseIterable { case float, base64 }
