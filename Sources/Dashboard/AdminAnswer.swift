internal import HTTPTypes
internal import JSON

/// An answer, whole, but for the headers that all answers have.
struct AdminAnswer: Sendable {
    var status: Int
    var headers: HTTPHeaders = [:]
    var body: [UInt8] = []

    static let nothing = AdminAnswer(status: 204)

    /// An object with the members that `row` writes.
    static func row(_ row: (inout JSONWriter) -> Void) -> AdminAnswer {
        AdminAnswer(status: 200, headers: json, body: JSONWriter.bytes { $0.object(row) })
    }

    /// As `row`, with the version that `If-Match` of a later write may name.
    /// - Parameter version: `nil` of what is not stored.
    static func row(version: Int?, _ row: (inout JSONWriter) -> Void) -> AdminAnswer {
        var answer = Self.row(row)
        if let version { answer.headers.append("etag", "\"\(version)\"") }
        return answer
    }

    /// As `row`, of what was made, and where it is now.
    /// - Parameter path: below `/admin/api/v1`.
    static func made(at path: String, version: Int, _ row: (inout JSONWriter) -> Void) -> AdminAnswer {
        var answer = Self.row(version: version, row)
        answer.made(at: path)
        return answer
    }

    /// It is the answer to what has made something.
    mutating func made(at path: String) {
        status = 201
        headers.append("location", "/admin/api/v1\(path)")
    }

    /// `{"data": [...], "next": cursor or null}`.
    static func list<Row>(
        _ rows: some Sequence<Row>, next: String?, _ write: (Row, inout JSONWriter) -> Void
    ) -> AdminAnswer {
        row { json in
            json.member("data", array: { array in for row in rows { array.object { write(row, &$0) } } })
            json.member("next", orNull: next)
        }
    }

    /// Says the number of the change that was made, which nodes compare their own state with.
    mutating func tell(_ version: Int) {
        headers.append("x-switchyard-config-version", String(version))
        guard body.last == UInt8(ascii: "}") else { return }
        body.removeLast()
        body += Array(",\"config_version\":\(version)}".utf8)
    }

    init(_ problem: Problem, requestID: String) {
        status = problem.status
        headers = problem.headers
        headers.append("content-type", "application/problem+json")
        body = problem.body(requestID: requestID)
    }

    private init(status: Int, headers: HTTPHeaders = [:], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    private static let json: HTTPHeaders = ["content-type": "application/json"]
}
