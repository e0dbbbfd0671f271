internal import HTTPTypes

/// What the request line and the header fields said, checked.
struct RequestHead {
    /// How the body's end is told (RFC 9112, section 6.3).
    enum Body: Equatable {
        case length(Int)
        case chunked
    }

    var method = HTTPMethod.get
    /// As sent: `/path?query`, `http://host/path?query` or `*`.
    var target = ""
    var path = ""
    var query: String?
    /// 0 or 1; a minor version we do not know counts as 1.
    var minorVersion = 1
    var headers = HTTPHeaders()
    var body = Body.length(0)
    var keepsAlive = true
    var expectsContinue = false
}
