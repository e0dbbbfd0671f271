internal import COpenSSL

/// The TLS side of one client connection, without the socket: bytes from the peer go in, bytes for the peer come out, and
/// whoever owns the socket moves both. Owned by one thread.
public final class TLSConnection {
    private let connection: OpaquePointer
    /// Owned by `connection`, which frees them.
    private let fromPeer: OpaquePointer
    private let toPeer: OpaquePointer
    /// What was decrypted last.
    private var scratch: [UInt8] = []

    /// - Parameter name: what the peer's certificate must be for, a host name or an IP address.
    public init(_ context: TLSClientContext, peer name: String) throws(TLSError) {
        guard let connection = SSL_new(context.context) else { throw .broken("no memory") }
        guard let fromPeer = bio_new_memory() else {
            SSL_free(connection)
            throw .broken("no memory")
        }
        guard let toPeer = bio_new_memory() else {
            SSL_free(connection)
            BIO_free(fromPeer)
            throw .broken("no memory")
        }
        self.connection = connection
        self.fromPeer = fromPeer
        self.toPeer = toPeer
        SSL_set_bio(connection, fromPeer, toPeer)
        SSL_set_connect_state(connection)
        // An address is not a name: the server name extension must not carry one (RFC 6066, section 3).
        if X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(connection), name) != 1 {
            tls_set_requested_name(connection, name)
            SSL_set1_host(connection, name)
        }
        ERR_clear_error()
    }

    deinit { SSL_free(connection) }

    /// Takes bytes that the peer sent.
    public func receive(_ bytes: RawSpan) {
        bytes.withUnsafeBytes { _ = BIO_write(fromPeer, $0.baseAddress, Int32($0.count)) }
    }

    /// Moves what is to be sent to the peer to the end of `bytes`.
    public func takeOutput(into bytes: inout [UInt8]) {
        let count = bio_pending(toPeer)
        guard count > 0 else { return }
        bytes.append(
            contentsOf: [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
                filled = max(0, Int(BIO_read(toPeer, buffer.baseAddress, Int32(count))))
            })
    }

    /// Goes on with the handshake. Afterwards there may be output.
    /// - Returns: whether it is complete; if not, more is needed from the peer.
    public func handshake() throws(TLSError) -> Bool {
        ERR_clear_error()
        let result = SSL_do_handshake(connection)
        if result == 1 { return true }
        guard try mayStillSend(after: result) else { throw .broken("the peer closed the connection") }
        return false
    }

    /// Encrypts bytes for the peer, after the handshake. Afterwards there is output.
    public func send(_ bytes: RawSpan) throws(TLSError) {
        guard bytes.byteCount > 0 else { return }
        ERR_clear_error()
        let result = bytes.withUnsafeBytes { SSL_write(connection, $0.baseAddress, Int32($0.count)) }
        if result <= 0 { throw failure() }
    }

    /// Decrypts what has been received so far to the end of `bytes`. Afterwards there may be output.
    /// - Returns: whether the peer may still send.
    public func read(into bytes: inout [UInt8]) throws(TLSError) -> Bool {
        if scratch.isEmpty { scratch = [UInt8](repeating: 0, count: 16_384) }  // the longest record
        while true {
            ERR_clear_error()
            let count = scratch.withUnsafeMutableBytes { SSL_read(connection, $0.baseAddress, Int32($0.count)) }
            guard count > 0 else { return try mayStillSend(after: count) }
            bytes.append(contentsOf: scratch[..<Int(count)])
        }
    }

    /// What an operation that did not succeed means: true when it needs more from the peer.
    private func mayStillSend(after result: Int32) throws(TLSError) -> Bool {
        switch SSL_get_error(connection, result) {
        case SSL_ERROR_WANT_READ, SSL_ERROR_WANT_WRITE: return true
        case SSL_ERROR_ZERO_RETURN: return false
        default: throw failure()
        }
    }

    private func failure() -> TLSError {
        let reason = ERR_reason_error_string(ERR_peek_error()).map { String(cString: $0) }
        ERR_clear_error()
        let verdict = SSL_get_verify_result(connection)
        if verdict != Int(X509_V_OK) { return .certificate(String(cString: X509_verify_cert_error_string(verdict))) }
        return .broken(reason ?? "it was cut")
    }
}
