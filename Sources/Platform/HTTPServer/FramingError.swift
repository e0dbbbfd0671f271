/// Why a request is answered by the server itself and its connection closed: the bytes do not frame one request beyond
/// doubt (RFC 9112, sections 2 to 7), exceed a limit, or never came.
enum FramingError: Error, Equatable, CaseIterable {
    case malformedRequestLine
    case malformedTarget
    case unsupportedMethod
    case unsupportedVersion
    case targetTooLong
    case malformedField
    case tooManyFields
    case headersTooLarge
    case missingHost
    case repeatedHost
    case malformedHost
    case malformedContentLength
    case repeatedContentLength
    case ambiguousLength
    case unsupportedTransferCoding
    case malformedChunk
    case bodyTooLarge
    case headersTimedOut
    case bodyTimedOut
    case unanswered

    /// The HTTP status of the answer (RFC 9110, section 15; 431 is RFC 6585).
    var status: Int {
        switch self {
        case .malformedRequestLine, .malformedTarget, .malformedField, .missingHost, .repeatedHost, .malformedHost,
            .malformedContentLength, .repeatedContentLength, .ambiguousLength, .malformedChunk:
            400
        case .unsupportedMethod: 405
        case .headersTimedOut, .bodyTimedOut: 408
        case .bodyTooLarge: 413
        case .targetTooLong: 414
        case .tooManyFields, .headersTooLarge: 431
        case .unanswered: 500
        case .unsupportedTransferCoding: 501
        case .unsupportedVersion: 505
        }
    }

    /// What the caller reads; it never quotes the request.
    var message: String {
        switch self {
        case .malformedRequestLine: "The request line is malformed."
        case .malformedTarget: "The request target is neither a path nor an absolute URI."
        case .unsupportedMethod: "This server is no proxy: CONNECT is not supported."
        case .unsupportedVersion: "Only HTTP/1.0 and HTTP/1.1 are spoken here."
        case .targetTooLong: "The request target is too long."
        case .malformedField: "A header field is malformed."
        case .tooManyFields: "The request has too many header fields."
        case .headersTooLarge: "The header section is too large."
        case .missingHost: "The Host header field is missing."
        case .repeatedHost: "The Host header field is repeated."
        case .malformedHost: "The Host header field is malformed."
        case .malformedContentLength: "The Content-Length header field is malformed."
        case .repeatedContentLength: "The Content-Length header field is repeated."
        case .ambiguousLength: "Transfer-Encoding is not allowed here."
        case .unsupportedTransferCoding: "The only transfer coding supported is chunked."
        case .malformedChunk: "The chunked body is malformed."
        case .bodyTooLarge: "The request body is too large."
        case .headersTimedOut: "The header section did not arrive in time."
        case .bodyTimedOut: "The request body did not arrive in time."
        case .unanswered: "The server failed to answer."
        }
    }
}
