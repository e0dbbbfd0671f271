internal import CCurl

/// The options that every easy handle of a client has, and the TLS sessions that they share.
final class CurlDefaults {
    let proxies: ProxyEnvironment
    private let options: HTTPClientOptions
    /// Lets one handle resume a TLS session that another began. Freed here, after every handle that uses it.
    private let share: UnsafeMutableRawPointer

    init(_ options: HTTPClientOptions, _ proxies: ProxyEnvironment) throws(HTTPClientError) {
        guard let share = curl_share_init() else { throw .connect("no memory for TLS sessions") }
        self.share = share
        self.options = options
        self.proxies = proxies
        curl_share_sessions(share)
    }

    deinit { curl_share_cleanup(share) }

    func apply(to handle: UnsafeMutableRawPointer) {
        curl_set_pointer(handle, CURLOPT_SHARE, share)
        curl_set_long(handle, CURLOPT_NOSIGNAL, 1)
        curl_set_text(handle, CURLOPT_PROTOCOLS_STR, "http,https")
        curl_set_long(handle, CURLOPT_DISALLOW_USERNAME_IN_URL, 1)
        curl_set_long(handle, CURLOPT_TCP_NODELAY, 1)
        curl_set_long(handle, CURLOPT_TCP_KEEPALIVE, 1)
        curl_set_long(handle, CURLOPT_MAXAGE_CONN, max(1, Int(options.idleConnectionLifetime / .seconds(1))))
        // A burst of first requests waits for one handshake and then shares the connection, if it speaks HTTP/2.
        curl_set_long(handle, CURLOPT_PIPEWAIT, options.streamsPerConnection > 1 ? 1 : 0)
        curl_set_long(handle, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
        curl_set_text(handle, CURLOPT_ACCEPT_ENCODING, "")  // decodes all it can; what is asked for is a header
        curl_set_text(handle, CURLOPT_USERAGENT, options.userAgent)
        curl_set_text(handle, CURLOPT_NOPROXY, proxies.exceptions)
        if let bundle = options.caBundle { curl_set_text(handle, CURLOPT_CAINFO, bundle) }
        // libcurl keeps the parsed bundle for the next handshake only where no directory is set beside it.
        curl_set_text(handle, CURLOPT_CAPATH, nil)
    }
}
