internal import Crypto
internal import EventLoop
internal import Glibc

/// A connected, non-blocking TCP socket, in the clear or under TLS. Closed with its last reference.
///
/// `@unchecked Sendable`: only touched on the thread of the loop it was made on.
final class Socket: @unchecked Sendable {
    let descriptor: Int32
    private var tls: TLSConnection?
    /// What was received last, encrypted if there is TLS.
    private var scratch: [UInt8]
    /// What is encrypted but not sent, from `sent` on.
    private var encrypted: [UInt8] = []
    private var sent = 0

    private static let scratchSize = 65_536

    private init(descriptor: Int32) {
        self.descriptor = descriptor
        scratch = [UInt8](repeating: 0, count: Self.scratchSize)
    }

    deinit { close(descriptor) }

    /// Connects within `limit`. Called on the loop.
    static func connect(
        to address: ResolvedAddress, on loop: EventLoop, within limit: Duration
    ) async throws(SocketError) -> Socket {
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let descriptor = socket(address.family, kind, 0)
        guard descriptor >= 0 else { throw .system(errno) }
        let made = Socket(descriptor: descriptor)
        var yes: Int32 = 1
        let size = socklen_t(MemoryLayout<Int32>.size)
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, size)
        setsockopt(descriptor, SOL_SOCKET, SO_KEEPALIVE, &yes, size)
        if address.withPointer({ Glibc.connect(descriptor, $0, $1) }) != 0 {
            guard errno == EINPROGRESS else { throw .system(errno) }
            guard await loop.isReady(descriptor, for: .write, within: limit) else { throw .silent }
            var fault: Int32 = 0
            var length = size
            getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &fault, &length)
            guard fault == 0 else { throw .system(fault) }
        }
        return made
    }

    /// Puts TLS on the connection. Called on the loop.
    func secure(
        _ context: TLSClientContext, peer name: String, on loop: EventLoop, within limit: Duration
    ) async throws(SocketError) {
        let tls: TLSConnection
        do throws(TLSError) { tls = try TLSConnection(context, peer: name) } catch { throw .tls(error) }
        self.tls = tls
        let end = ContinuousClock.now + limit
        while true {
            let isComplete: Bool
            do throws(TLSError) { isComplete = try tls.handshake() } catch {
                _ = try? send([])  // the alert that tells the peer why
                throw .tls(error)
            }
            _ = try send([])
            if isComplete { return }
            guard await loop.isReady(descriptor, for: .read, within: end - .now) else {
                throw .tls(.broken("no answer to the greeting"))
            }
            if let count = try take() { hand(count, to: tls) }
        }
    }

    /// Sends what the system takes of `bytes`; under TLS all of them count as taken.
    /// - Returns: how many were taken, and whether the rest must wait until the socket is writable.
    func send(_ bytes: ArraySlice<UInt8>) throws(SocketError) -> (taken: Int, isFull: Bool) {
        guard let tls else {
            let count = try put(bytes)
            return (count, count < bytes.count)
        }
        do throws(TLSError) {
            try tls.send(bytes.span.bytes)
        } catch { throw .tls(error) }
        tls.takeOutput(into: &encrypted)
        sent += try put(encrypted[sent...])
        if sent == encrypted.count {
            encrypted.removeAll(keepingCapacity: true)
            sent = 0
        }
        return (bytes.count, hasUnsent)
    }

    /// Receives some of what is there, to the end of `bytes`.
    func receive(into bytes: inout [UInt8]) throws(SocketError) {
        guard let count = try take() else { return }
        guard let tls else { return bytes.append(contentsOf: scratch[..<count]) }
        hand(count, to: tls)
        let mayStillSend: Bool
        do throws(TLSError) { mayStillSend = try tls.read(into: &bytes) } catch { throw .tls(error) }
        guard mayStillSend else { throw .ended }
        _ = try send([])
    }

    /// A release build does not accept a span of a property, whose access it no longer sees.
    private func hand(_ count: Int, to tls: TLSConnection) {
        let received = scratch
        tls.receive(received.span.bytes.extracting(0..<count))
    }

    /// TLS has something to say which did not fit.
    var hasUnsent: Bool { sent < encrypted.count }

    /// - Returns: how many bytes are in `scratch` now, `nil` when there are none to be had.
    private func take() throws(SocketError) -> Int? {
        let count = scratch.withUnsafeMutableBytes { recv(descriptor, $0.baseAddress, $0.count, 0) }
        if count > 0 { return count }
        if count == 0 { throw .ended }
        guard errno == EAGAIN || errno == EINTR else { throw .system(errno) }
        return nil
    }

    private func put(_ bytes: ArraySlice<UInt8>) throws(SocketError) -> Int {
        guard !bytes.isEmpty else { return 0 }
        let count = bytes.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
        if count >= 0 { return count }
        guard errno == EAGAIN || errno == EINTR else { throw .system(errno) }
        return 0
    }
}
