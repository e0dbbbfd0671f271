internal import ClusterState
internal import GatewayTypes
internal import HTTPTypes
internal import JSON

/// Why a request is not done, as RFC 9457 tells it.
enum Problem: Error, Sendable {
    /// The data plane's own refusals: who asks may not, or cannot be told.
    case refused(GatewayError)
    case forbidden(String)
    case malformedBody(String)
    case invalid([FieldFault])
    case notFound(String)
    case methodNotAllowed([HTTPMethod])
    case conflict(FieldFault)
    /// The configuration file defines it.
    case managedByFile(String)
    /// `If-Match` names another version than the one there is.
    case preconditionFailed(Int?)
    case bodyTooLarge(limit: Int)
    case bodyTimedOut
    /// The write stands, but these nodes have not taken it in.
    case notApplied(Int, by: [String])
    case storeUnavailable(cause: String)
    case fault(cause: String)

    /// What the store says of `subject`, such as "user".
    init(_ error: ControlStoreError, of subject: String) {
        switch error {
        case .notFound: self = .notFound("There is no such \(subject), or it is not yours.")
        case .conflict(let field): self = .conflict(FieldFault(field: field, message: "is in use already"))
        case .invalid(let field, let message): self = .invalid([FieldFault(field: field, message: message)])
        case .changed(let version): self = .preconditionFailed(version)
        case .unavailable:
            let cause = String(describing: error)
            self = error.isFault ? .fault(cause: cause) : .storeUnavailable(cause: cause)
        }
    }

    var status: Int {
        switch self {
        case .refused(let error): error.status
        case .malformedBody, .invalid: 400
        case .forbidden: 403
        case .notFound: 404
        case .methodNotAllowed: 405
        case .bodyTimedOut: 408
        case .conflict, .managedByFile: 409
        case .preconditionFailed: 412
        case .bodyTooLarge: 413
        case .fault: 500
        case .storeUnavailable: 503
        case .notApplied: 504
        }
    }

    /// For the log, never for the caller.
    var cause: String? {
        switch self {
        case .storeUnavailable(let cause), .fault(let cause): cause
        case .refused, .forbidden, .malformedBody, .invalid, .notFound, .methodNotAllowed, .conflict, .managedByFile,
            .preconditionFailed, .bodyTooLarge, .bodyTimedOut, .notApplied:
            nil
        }
    }

    /// The last part of `type`: what a program switches on.
    private var code: String {
        switch self {
        case .refused(.unauthorized): "unauthorized"
        case .refused(let error): error.code ?? "refused"
        case .forbidden: "permission_denied"
        case .malformedBody: "malformed_body"
        case .invalid: "invalid_fields"
        case .notFound: "not_found"
        case .methodNotAllowed: "method_not_allowed"
        case .conflict: "conflict"
        case .managedByFile: "managed_by_file"
        case .preconditionFailed: "precondition_failed"
        case .bodyTooLarge: "request_too_large"
        case .bodyTimedOut: "request_timeout"
        case .notApplied: "not_applied"
        case .storeUnavailable: "store_unavailable"
        case .fault: "internal_error"
        }
    }

    private var detail: String {
        switch self {
        case .refused(let error): error.message
        case .forbidden(let text), .malformedBody(let text), .notFound(let text), .managedByFile(let text): text
        case .invalid(let faults): faults.map(\.sentence).joined(separator: " ")
        case .conflict(let fault): fault.sentence
        case .methodNotAllowed(let methods): "This path takes \(Self.list(methods)) only."
        case .preconditionFailed(let version):
            version.map { "It was changed meanwhile and is of version \($0) now. Read it again." }
                ?? "There is no such version: it does not exist, or not any more."
        case .bodyTooLarge(let limit): "The body is larger than the limit of \(limit) bytes."
        case .bodyTimedOut: "The body did not arrive in time."
        case .notApplied(let version, let nodes):
            nodes.isEmpty
                ? "The change is stored as version \(version), but the nodes cannot be asked whether they have applied it."
                : "The change is stored as version \(version), but these nodes have not applied it yet: "
                    + nodes.joined(separator: ", ") + ". See /admin/api/v1/nodes."
        case .storeUnavailable: "The gateway's database cannot be asked right now. Try again in a few seconds."
        case .fault: "The gateway failed to do this. The request id helps its operator to find out why."
        }
    }

    private var faults: [FieldFault] {
        switch self {
        case .invalid(let faults): faults
        case .conflict(let fault): [fault]
        case .refused, .forbidden, .malformedBody, .notFound, .methodNotAllowed, .managedByFile, .preconditionFailed,
            .bodyTooLarge,
            .bodyTimedOut, .notApplied, .storeUnavailable, .fault:
            []
        }
    }

    var headers: HTTPHeaders {
        switch self {
        case .refused(.unauthorized): ["www-authenticate": "Bearer"]
        case .refused(let error):
            error.retryAfter.map { ["retry-after": String(max(1, $0.components.seconds))] } ?? [:]
        case .methodNotAllowed(let methods): ["allow": Self.list(methods)]
        case .storeUnavailable: ["retry-after": "1"]
        case .notApplied(let version, _): ["x-switchyard-config-version": String(version)]
        case .forbidden, .malformedBody, .invalid, .notFound, .conflict, .managedByFile, .preconditionFailed,
            .bodyTooLarge, .bodyTimedOut,
            .fault:
            [:]
        }
    }

    /// The members of RFC 9457, section 3.1, with `request_id` and `errors` as ours.
    func body(requestID: String) -> [UInt8] {
        JSONWriter.bytes {
            $0.object { json in
                json.member("type", "urn:switchyard:problem:\(code)")
                json.member("title", HTTPStatus.reason(status))
                json.member("status", status)
                json.member("detail", detail)
                json.member("request_id", requestID)
                json.member("errors", array: { array in for fault in faults { fault.write(to: &array) } })
            }
        }
    }

    /// Every path that takes GET takes HEAD.
    private static func list(_ methods: [HTTPMethod]) -> String {
        methods.flatMap { $0 == .get ? ["GET", "HEAD"] : [$0.token] }.joined(separator: ", ")
    }
}
