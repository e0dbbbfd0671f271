internal import CZlib

/// Takes the compression off a body that an upstream compressed though nobody asked for it. It gives out only what there is
/// room for and keeps the rest compressed: a kilobyte can hold a megabyte.
///
/// zlib's state points back at its stream, so that lies at an address of its own; freed here.
final class Decompressor {
    enum Format {
        case gzip
        /// zlib's format, or deflate without a frame, which some servers send under this name.
        case deflate
    }

    private let stream: UnsafeMutablePointer<z_stream>
    private let format: Format
    private var hasBegun = false
    private var input: [UInt8] = []
    private var inputStart = 0
    private var hasEnded = false

    private static let pieceSize = 16_384

    init(_ format: Format) {
        self.format = format
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
    }

    deinit {
        if hasBegun { inflateEnd(stream) }
        stream.deallocate()
    }

    /// Whether compressed bytes wait for room.
    var isWaiting: Bool { inputStart < input.count || mayHoldOutput }

    /// The last piece was full: zlib may hold more without new input.
    private var mayHoldOutput = false

    /// The compressed bytes ended before what they hold did.
    var isCut: Bool { hasBegun && !hasEnded }

    func add(_ bytes: [UInt8]) {
        if inputStart == input.count {
            input = bytes
        } else {
            input = Array(input[inputStart...]) + bytes
        }
        inputStart = 0
    }

    /// Appends to `output` until it has grown by `room` bytes, or a little over, or there is no more input.
    func decompress(into output: inout [UInt8], room: Int) throws(HTTPClientError) {
        guard isWaiting else { return }
        try begin()
        let end = output.count + room
        repeat {
            guard !hasEnded else { throw .protocolViolation("bytes after a compressed body") }
            let status = inflatePiece(into: &output)
            switch status {
            case Z_STREAM_END: hasEnded = true
            case Z_OK, Z_BUF_ERROR: break
            default: throw .protocolViolation("the compressed body is malformed")
            }
        } while isWaiting && output.count < end
    }

    private func begin() throws(HTTPClientError) {
        guard !hasBegun, let first = input.first else { return }
        // Of zlib's format the lower half of the first byte is 8; no encoder's bare deflate begins so.
        let isBare = format == .deflate && first & 0x0F != 8
        guard inflate_begin(stream, isBare ? -15 : 15 + 32) == Z_OK else {
            throw .protocolViolation("no memory to decompress the body")
        }
        hasBegun = true
    }

    private func inflatePiece(into output: inout [UInt8]) -> Int32 {
        let left = input.count - inputStart
        var status: Int32 = Z_OK
        let piece = [UInt8](unsafeUninitializedCapacity: Self.pieceSize) { buffer, count in
            input.withUnsafeMutableBufferPointer { input in
                stream.pointee.next_in = input.baseAddress.map { $0 + inputStart }
                stream.pointee.avail_in = UInt32(left)
                stream.pointee.next_out = buffer.baseAddress
                stream.pointee.avail_out = UInt32(Self.pieceSize)
                status = inflate(stream, Z_NO_FLUSH)
            }
            count = Self.pieceSize - Int(stream.pointee.avail_out)
        }
        inputStart += left - Int(stream.pointee.avail_in)
        mayHoldOutput = status == Z_OK && stream.pointee.avail_out == 0
        output.append(contentsOf: piece)
        return status
    }
}
