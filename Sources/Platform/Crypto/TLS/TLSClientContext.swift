internal import COpenSSL

/// What the TLS connections of one client share: the trusted authorities. Reading them takes milliseconds and blocks.
///
/// `@unchecked Sendable`: OpenSSL counts and locks the context's uses itself; it is not changed after `init`.
public final class TLSClientContext: @unchecked Sendable {
    let context: OpaquePointer

    /// - Parameter authorities: a PEM file to trust in place of the system's authorities.
    public init(authorities: String? = nil) throws(TLSError) {
        guard let context = SSL_CTX_new(TLS_client_method()) else { throw .broken("no memory") }
        self.context = context
        tls_set_rules(context)
        SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nil)
        if let authorities {
            guard SSL_CTX_load_verify_file(context, authorities) == 1 else {
                ERR_clear_error()
                throw .authorities(path: authorities)
            }
        } else {
            SSL_CTX_set_default_verify_paths(context)
        }
    }

    deinit { SSL_CTX_free(context) }
}
