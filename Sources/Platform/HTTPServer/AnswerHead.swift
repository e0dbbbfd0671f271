internal import Glibc
internal import HTTPTypes

/// Writes the heads of answers, into a buffer that is used again and again. The `date` is written out once a second.
struct AnswerHead {
    /// How the end of the body is told.
    enum Coding: Equatable {
        /// No body, and no word about one: 204, 304.
        case none
        case length(Int)
        case chunked
        /// Up to the end of the connection (HTTP/1.0).
        case untilClose
        /// As chunked, but to HEAD.
        case omitted
    }

    private(set) var bytes: [UInt8] = []
    private var date: [UInt8] = []
    private var second: time_t = 0

    init() { bytes.reserveCapacity(2048) }

    /// Writes a whole head, in place of the one before.
    mutating func compose(status: Int, headers: HTTPHeaders, coding: Coding, keepsAlive: Bool, isOld: Bool) {
        bytes.removeAll(keepingCapacity: true)
        append("HTTP/1.1 ")
        appendDecimal(status)
        bytes.append(Octet.space)
        append(HTTPStatus.reason(status))
        refreshDate()
        bytes.append(contentsOf: date)
        switch coding {
        case .none, .untilClose: break
        case .length(let length):
            append("content-length: ")
            appendDecimal(length)
            endLine()
        case .chunked, .omitted: append("transfer-encoding: chunked\r\n")
        }
        if !keepsAlive { append("connection: close\r\n") } else if isOld { append("connection: keep-alive\r\n") }
        headers.write(to: &bytes)
        endLine()
    }

    private mutating func append(_ text: String) {
        text.utf8.span.withUnsafeBufferPointer { bytes.append(contentsOf: $0) }
    }

    private mutating func endLine() {
        bytes.append(Octet.carriageReturn)
        bytes.append(Octet.lineFeed)
    }

    private mutating func appendDecimal(_ number: Int) {
        if number >= 10 { appendDecimal(number / 10) }
        bytes.append(0x30 + UInt8(number % 10))
    }

    /// The IMF-fixdate of RFC 9110, section 5.6.7, with the line ends around it.
    private mutating func refreshDate() {
        let now = time(nil)
        guard now != second else { return }
        second = now
        var moment = now
        var parts = tm()
        gmtime_r(&moment, &parts)
        let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        func two(_ value: Int32) -> String { value < 10 ? "0\(value)" : "\(value)" }
        let day =
            "\(days[Int(parts.tm_wday)]), \(two(parts.tm_mday)) \(months[Int(parts.tm_mon)]) \(parts.tm_year + 1900)"
        let clock = "\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec))"
        date = Array("\r\ndate: \(day) \(clock) GMT\r\n".utf8)
    }
}
