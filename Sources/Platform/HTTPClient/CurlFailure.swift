internal import CCurl
internal import Glibc

extension HTTPClientError {
    /// What libcurl's verdict means to a caller.
    /// - Parameters:
    ///   - text: libcurl's error buffer.
    ///   - systemError: `CURLINFO_OS_ERRNO`.
    ///   - wasSent: whether libcurl had a connection and began to send.
    ///   - hasHead: whether the final head had arrived.
    init(_ code: CURLcode, text: String, systemError: Int, wasSent: Bool, hasHead: Bool) {
        let reason = Self.printable(text)
        self =
            switch code {
            case CURLE_URL_MALFORMAT, CURLE_LOGIN_DENIED: .invalidURL
            case CURLE_UNSUPPORTED_PROTOCOL: wasSent ? .protocolViolation("not HTTP/1 or HTTP/2") : .invalidURL
            case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: .resolve(reason)
            case CURLE_COULDNT_CONNECT where systemError == ECONNREFUSED: .refused
            case CURLE_OPERATION_TIMEDOUT where !wasSent: .connectTimedOut
            case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER,
                CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ENGINE_NOTFOUND, CURLE_SSL_ENGINE_SETFAILED,
                CURLE_SSL_ENGINE_INITFAILED, CURLE_USE_SSL_FAILED, CURLE_SSL_CRL_BADFILE, CURLE_SSL_ISSUER_ERROR,
                CURLE_SSL_PINNEDPUBKEYNOTMATCH, CURLE_SSL_INVALIDCERTSTATUS:
                .tls(reason)
            case CURLE_WEIRD_SERVER_REPLY, CURLE_BAD_CONTENT_ENCODING: .protocolViolation(reason)
            case _ where !wasSent: .connect(reason.isEmpty ? String(cString: curl_easy_strerror(code)) : reason)
            default: hasHead ? .cut : .reset
            }
    }

    /// libcurl's texts may quote the peer: what a terminal would act on goes.
    private static func printable(_ text: String) -> String {
        String(decoding: text.utf8.prefix(200).map { $0 >= 0x20 && $0 < 0x7F ? $0 : UInt8(ascii: "?") }, as: UTF8.self)
    }
}
