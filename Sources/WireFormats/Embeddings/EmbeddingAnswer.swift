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

/// A vector as it came: numbers, or the base64 of little-endian 32-bit floats.
enum EmbeddingVector: Sendable {
    case numbers(JSONValue)
    case base64(JSONValue)

    /// - Returns: `nil` for what is neither.
    init?(_ value: JSONValue?) {
        guard let value else { return nil }
        switch value.kind {
        case .array where value.count > 0 && value.elements.allSatisfy({ $0.kind == .number }): self = .numbers(value)
        case .string: self = .base64(value)
        case .array, .object, .number, .bool, .null: return nil
        }
    }

    /// JSON of an array of numbers: the texts that came, or the shortest that mean the same floats.
    /// - Throws: `badAnswer` for what is not the base64 of floats.
    func numbers() throws(UpstreamFailure) -> [UInt8] {
        switch self {
        case .numbers(let list): return list.raw
        case .base64(let text):
            guard let bytes = Base64.decode(text.string ?? ""), !bytes.isEmpty, bytes.count % 4 == 0 else {
                throw .noAnswer("a vector is no base64 of floats")
            }
            return JSONWriter.bytes { json in
                json.array { json in
                    for start in stride(from: 0, to: bytes.count, by: 4) {
                        let bits = (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[start + $1]) << UInt32(8 * $1) }
                        let number = Float(bitPattern: bits)
                        if number.isFinite { json.raw(number.description.utf8) } else { json.null() }
                    }
                }
            }
        }
    }

    /// JSON of a base64 text.
    func base64() -> [UInt8] {
        switch self {
        case .base64(let text): return text.raw
        case .numbers(let list):
            var bytes: [UInt8] = []
            bytes.reserveCapacity(list.count * 4)
            for element in list.elements {
                let bits = Float(element.double ?? 0).bitPattern
                for shift in stride(from: UInt32(0), to: 32, by: 8) {
                    bytes.append(UInt8(truncatingIfNeeded: bits >> shift))
                }
            }
            return Array("\"\(Base64.encode(bytes))\"".utf8)
        }
    }

    func written(_ encoding: EmbeddingEncoding) throws(UpstreamFailure) -> [UInt8] {
        switch encoding {
        case .float: try numbers()
        case .base64: base64()
        }
    }
}

enum EmbeddingEncoding: String, Sendable, CaseIterable { case float, base64 }
