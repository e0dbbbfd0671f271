public import HTTPTypes

/// An answer whose head has arrived; its body is on its way.
public struct HTTPClientResponse: Sendable {
    public enum Version: Sendable, Equatable {
        case http10, http11, http2
    }

    /// 200 to 999; 1xx answers are never shown.
    public let status: Int
    /// Without `content-encoding` and `content-length` when the body was compressed: it is read decompressed.
    public let headers: HTTPHeaders
    public let body: HTTPClientBody
    /// Whether the request went over a connection that had served another one.
    public let connectionReused: Bool
    public let httpVersion: Version
}
