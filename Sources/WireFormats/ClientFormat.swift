public import GatewayTypes
public import HTTPTypes
public import JSON

/// What a client speaks at one kind of path: a request comes in, a call of an upstream goes out, and its answer or an error
/// comes back in the client's own words. Pure: bytes in, values out.
///
/// A new dialect is a folder with one type that conforms, and its lines in `Dialect` and in the node's table of paths.
public protocol ClientFormat: Sendable {
    /// Reads what routing and admission need and checks the shape of everything this gateway acts on.
    /// - Throws: `malformedRequest` naming the field.
    static func understand(_ received: ReceivedRequest) throws(GatewayError) -> ClientRequest

    /// What is sent to `target`, and what makes its answer the caller's.
    /// - Throws: `malformedRequest` for what this target cannot be asked.
    static func call(_ request: ClientRequest, to target: UpstreamTarget) throws(GatewayError) -> UpstreamCall

    /// The media type of an answer with status 200.
    static func contentType(of request: ClientRequest) -> String

    /// What may be sent into a stream that is silent, so that proxies on the way keep it open; `nil` where the dialect's
    /// clients take nothing of the kind.
    static var keepAlive: [UInt8]? { get }

    /// The body of an error answer.
    static func errorBody(_ error: GatewayError, requestID: String) -> [UInt8]

    /// The record that tells of an error after a stream has begun. The connection must then end without the dialect's end
    /// mark.
    static func streamError(_ error: GatewayError, requestID: String) -> [UInt8]

    /// The HTTP status of an error answer, where the dialect has another than everybody's.
    static func status(of error: GatewayError) -> Int

    /// Which names the headers have that every dialect has its own for.
    static var headers: DialectHeaders { get }
}

/// The names of the headers that tell of rates and of the request's id.
public enum DialectHeaders: Sendable {
    /// `x-ratelimit-*`, `x-request-id`.
    case openAI
    /// `anthropic-ratelimit-*`, and `request-id` besides.
    case anthropic
}

extension ClientFormat {
    public static func contentType(of request: ClientRequest) -> String {
        request.stream ? "text/event-stream; charset=utf-8" : "application/json"
    }

    /// A comment, which decoders of server-sent events pass over.
    public static var keepAlive: [UInt8]? { Array(": keep-alive\n\n".utf8) }

    public static func status(of error: GatewayError) -> Int { error.status }

    public static var headers: DialectHeaders { .openAI }
}

/// A request as it came from a client's connection.
public struct ReceivedRequest: Sendable {
    public var body: [UInt8]
    /// The operation below the version prefix, percent-decoded: `/chat/completions`, `/models/x:generateContent`.
    public var path: String
    /// The text after `?`.
    public var query: String?
    public var headers: HTTPHeaders
    /// For the requests that need not name a model.
    public var defaultModels = DefaultModels()

    public init(body: [UInt8], path: String = "", query: String? = nil, headers: HTTPHeaders = HTTPHeaders()) {
        self.body = body
        self.path = path
        self.query = query
        self.headers = headers
    }
}

/// A request as the pipeline knows it: what it is about, and its body as it came. An object, as it goes through many hands.
public final class ClientRequest: Sendable {
    public let received: ReceivedRequest
    /// An empty object where the body is a form.
    public let json: JSONValue
    /// The body, where it is a form.
    public let form: MultipartForm?
    /// The name the caller asked for.
    public let model: String
    public let stream: Bool
    /// Whether the caller wants usage in the stream (OpenAI's `stream_options.include_usage`).
    public let includeUsage: Bool
    public let needs: RequestNeeds

    public init(
        _ received: ReceivedRequest, json: JSONValue, form: MultipartForm? = nil, model: String, stream: Bool,
        includeUsage: Bool = true, needs: RequestNeeds
    ) {
        self.received = received
        self.json = json
        self.form = form
        self.model = model
        self.stream = stream
        self.includeUsage = includeUsage
        self.needs = needs
    }
}

extension ClientRequest {
    /// The header by which a caller says what becomes of fields that a provider cannot be told.
    public static let onUnsupported = "x-switchyard-on-unsupported"

    /// Whether such a field is to be an error; else it is left out and named in the answer.
    public var refusesOmissions: Bool { received.headers[Self.onUnsupported] == "error" }
}
