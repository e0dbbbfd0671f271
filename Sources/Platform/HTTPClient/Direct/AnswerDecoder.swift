internal import Glibc
internal import HTTPTypes

/// Reads one answer from bytes in whatever pieces they come: heads first, then a body whose end is told in one of four ways.
/// It knows no socket and no clock. Not copied, because a compressed body's state cannot be.
struct AnswerDecoder: ~Copyable {
    private enum Body {
        case complete
        /// Bytes still to come, more than none.
        case length(left: Int)
        case chunked(ChunkedDecoder)
        case close
    }

    /// 1xx heads pass by.
    private(set) var head = ResponseHead()
    /// Whether the connection may serve another request once the answer has ended.
    private(set) var keepsConnection = false
    private let method: HTTPMethod
    private var body = Body.complete
    private var decompressor: Decompressor?
    /// The start of a line of the head whose end has not come.
    private var partial: [UInt8] = []

    init(to method: HTTPMethod) { self.method = method }

    // MARK: - Head

    /// Takes lines up to the end of the final head, which `head.isComplete` tells.
    /// - Returns: how many of the bytes belong to heads.
    mutating func takeHead(_ bytes: Span<UInt8>) throws(HTTPClientError) -> Int {
        var start = 0
        while start < bytes.count, !head.isComplete {
            guard let end = bytes.firstLineFeed(from: start) else {
                partial.append(bytes.extracting(start..<bytes.count))
                guard partial.count <= ResponseHead.sizeLimit else { throw .protocolViolation("the head is too long") }
                try checkStart(partial.span)
                return bytes.count
            }
            let line = bytes.extracting(start..<end + 1)
            start = end + 1
            if partial.isEmpty {
                try take(line)
            } else {
                partial.append(line)
                let whole = partial
                partial.removeAll(keepingCapacity: true)
                try take(whole.span)
            }
        }
        return start
    }

    private mutating func take(_ line: Span<UInt8>) throws(HTTPClientError) {
        try checkStart(line)
        switch line.withUnsafeBytes({ head.take($0) }) {
        case .more: break
        case .broken(let reason): throw .protocolViolation(reason)
        case .complete: try beginBody()
        }
    }

    /// What does not begin as HTTP/1 does is told at once, and not when its first line has ended.
    private func checkStart(_ line: Span<UInt8>) throws(HTTPClientError) {
        guard head.status == 0 else { return }
        let start: StaticString = "HTTP/1."
        for index in 0..<min(line.count, start.utf8CodeUnitCount) where line[index] != start.utf8Start[index] {
            throw .protocolViolation("not HTTP/1 or HTTP/2")
        }
        guard line.count >= 13 else { return }
        let hasVersion = line[7] >= 0x30 && line[7] <= 0x39 && line[8] == Octet.space
        guard hasVersion, line[12] <= Octet.space else { throw .protocolViolation("status line") }
    }

    private mutating func beginBody() throws(HTTPClientError) {
        let framing = try BodyFraming(head, to: method)
        keepsConnection = framing.keepsConnection
        body =
            switch framing.end {
            case .none: .complete
            case .length(let length): .length(left: length)
            // No limit here: what is too much is for the reader to say.
            case .chunked: .chunked(ChunkedDecoder(limit: .max, overhead: 1 << 20))
            case .close: .close
            }
        decompressor = framing.compression.map { Decompressor($0) }
    }

    // MARK: - Body

    /// The body is whole, and all of it was given out.
    var hasEnded: Bool {
        guard case .complete = body, head.isComplete else { return false }
        return !isWaitingForRoom
    }

    /// There is more to give out of what was taken.
    var isWaitingForRoom: Bool { decompressor?.isWaiting ?? false }

    /// Appends the content among `bytes` to `output`.
    /// - Parameter room: where a small piece may grow large, how much is given out at most, and a little more.
    /// - Returns: how many of the bytes belong to the body.
    mutating func takeBody(
        _ bytes: Span<UInt8>, into output: inout [UInt8], room: Int
    ) throws(HTTPClientError) -> Int {
        guard let decompressor else { return try unframe(bytes, into: &output) }
        var compressed: [UInt8] = []
        let count = try unframe(bytes, into: &compressed)
        decompressor.add(compressed)
        try giveOut(into: &output, room: room)
        return count
    }

    /// Appends to `output` what `isWaitingForRoom`.
    mutating func giveOut(into output: inout [UInt8], room: Int) throws(HTTPClientError) {
        guard let decompressor else { return }
        try decompressor.decompress(into: &output, room: room)
        if hasEnded, decompressor.isCut { throw .cut }
    }

    private mutating func unframe(_ bytes: Span<UInt8>, into output: inout [UInt8]) throws(HTTPClientError) -> Int {
        switch body {
        case .complete: return 0
        case .close:
            output.append(bytes)
            return bytes.count
        case .length(let left):
            let count = min(left, bytes.count)
            output.append(bytes.extracting(0..<count))
            body = count == left ? .complete : .length(left: left - count)
            return count
        case .chunked(var decoder):
            do throws(ChunkedDecoder.Failure) {
                let end = try decoder.decode(bytes, into: &output)
                body = end == nil ? .chunked(decoder) : .complete
                return end ?? bytes.count
            } catch { throw .protocolViolation("chunk") }
        }
    }

    /// What the answer is when nothing more will come.
    /// - Parameter properly: the peer has closed its side, which ends a body of unknown length; a reset ends none.
    func outcome(endedProperly properly: Bool) -> Transfer.Outcome {
        guard head.isComplete else { return .failed(.reset) }
        guard case .close = body, properly, decompressor?.isCut != true else { return .failed(.cut) }
        return .ended
    }
}

extension Span<UInt8> {
    fileprivate func firstLineFeed(from start: Int) -> Int? {
        extracting(start..<count).withUnsafeBytes { bytes in
            guard let first = bytes.baseAddress else { return nil }
            return memchr(first, Int32(Octet.lineFeed), bytes.count).map { start + (UnsafeRawPointer($0) - first) }
        }
    }
}
