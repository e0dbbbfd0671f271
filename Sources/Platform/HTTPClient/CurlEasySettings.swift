internal import CCurl
internal import HTTPTypes

/// What one easy handle is set to for a request. Remembers the last values, because most requests of a handle differ in
/// body and headers only and a text costs libcurl a copy.
struct CurlEasySettings: ~Copyable {
    private let handle: UnsafeMutableRawPointer
    private let proxies: ProxyEnvironment

    private var headers = RequestHeaderList()
    /// Kept because libcurl reads it in place.
    private var body: [UInt8] = []

    private var url = ""
    private var isSecure: Bool?
    private var connectTimeout: Int?
    private var customMethod: String?

    init(_ handle: UnsafeMutableRawPointer, _ proxies: ProxyEnvironment) {
        self.handle = handle
        self.proxies = proxies
    }

    mutating func set(_ request: HTTPClientRequest) throws(HTTPClientError) {
        try set(url: request.url)
        let isPost = request.hasBody
        guard let list = headers.fill(request.headers, framed: isPost) else {
            throw .protocolViolation("control characters in a request header")
        }
        curl_set_headers(handle, list)
        set(request.method, isPost: isPost)
        if isPost { set(body: request.body) }
        set(connectTimeout: request.connectTimeout)
    }

    /// The buffers for headers and text stay for the next request.
    mutating func release() { body = [] }

    private mutating func set(url: String) throws(HTTPClientError) {
        guard url != self.url else { return }
        // Without a scheme libcurl would guess one.
        let isSecure = url.utf8.starts(with: "https://".utf8)
        guard isSecure || url.utf8.starts(with: "http://".utf8) else { throw .invalidURL }
        guard curl_set_text(handle, CURLOPT_URL, url) == CURLE_OK else { throw .invalidURL }
        self.url = url
        guard isSecure != self.isSecure else { return }
        self.isSecure = isSecure
        curl_set_long(handle, CURLOPT_HTTP_VERSION, isSecure ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_1_1)
        curl_set_text(handle, CURLOPT_PROXY, isSecure ? proxies.secure : proxies.clear)
    }

    private mutating func set(_ method: HTTPMethod, isPost: Bool) {
        let custom: String?
        switch method {
        case .post where isPost, .get where !isPost: custom = nil
        case .head where !isPost: custom = nil
        default: custom = method.token
        }
        if isPost {
            curl_set_long(handle, CURLOPT_POST, 1)
        } else if method == .head {
            curl_set_long(handle, CURLOPT_NOBODY, 1)
        } else {
            curl_set_long(handle, CURLOPT_HTTPGET, 1)
        }
        guard custom != customMethod else { return }
        customMethod = custom
        curl_set_text(handle, CURLOPT_CUSTOMREQUEST, custom)
    }

    /// An array's bytes stay where they are while nobody changes it, and as long as it is held here a change elsewhere
    /// makes a copy.
    private mutating func set(body: [UInt8]) {
        self.body = body
        curl_set_size(handle, CURLOPT_POSTFIELDSIZE_LARGE, body.count)
        self.body.withUnsafeBytes { bytes in
            // Without any pointer libcurl would read the body from standard input.
            _ = curl_set_pointer(
                handle, CURLOPT_POSTFIELDS, bytes.isEmpty ? UnsafeRawPointer(handle) : bytes.baseAddress)
        }
    }

    private mutating func set(connectTimeout: Duration?) {
        let milliseconds = connectTimeout.map { max(1, Int($0 / .milliseconds(1))) } ?? 0
        guard milliseconds != self.connectTimeout else { return }
        self.connectTimeout = milliseconds
        curl_set_long(handle, CURLOPT_CONNECTTIMEOUT_MS, milliseconds)
    }
}
