internal import HTTPTypes

/// Takes a request's body out of the bytes that follow its head.
enum BodyDecoder {
    enum Outcome: Equatable {
        /// All bytes are taken and the body is not complete.
        case needsMore
        /// The body ended after `consumed` of the bytes.
        case complete(consumed: Int)
        case failed(FramingError)
    }

    case complete
    /// Bytes still to come, more than none.
    case length(left: Int)
    case chunked(ChunkedDecoder)

    init(_ body: RequestHead.Body, limit: Int) {
        switch body {
        case .length(0): self = .complete
        case .length(let length): self = .length(left: length)
        case .chunked: self = .chunked(ChunkedDecoder(limit: limit))
        }
    }

    var isComplete: Bool {
        if case .complete = self { true } else { false }
    }

    /// Bytes still to come, where the client has said.
    var left: Int? {
        switch self {
        case .complete: 0
        case .length(let left): left
        case .chunked: nil
        }
    }

    /// Appends the content among `bytes` to `output`.
    mutating func decode(_ bytes: Span<UInt8>, into output: inout [UInt8]) -> Outcome {
        switch self {
        case .complete: return .complete(consumed: 0)
        case .length(let left):
            let count = min(left, bytes.count)
            output.append(bytes.extracting(0..<count))
            self = count == left ? .complete : .length(left: left - count)
            return count == left ? .complete(consumed: count) : .needsMore
        case .chunked(var decoder):
            do throws(ChunkedDecoder.Failure) {
                let end = try decoder.decode(bytes, into: &output)
                self = end == nil ? .chunked(decoder) : .complete
                return end.map { .complete(consumed: $0) } ?? .needsMore
            } catch {
                self = .chunked(decoder)
                return .failed(error == .tooLarge ? .bodyTooLarge : .malformedChunk)
            }
        }
    }
}
