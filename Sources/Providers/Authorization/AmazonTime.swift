internal import Telemetry

/// A time as Amazon writes it: `20150830T123600Z`, and its day.
struct AmazonTime {
    let stamp: String
    var day: String { String(stamp.prefix(8)) }

    init(milliseconds: Int) {
        // RFC 3339 without its separators and its fraction.
        let text = RFC3339.string(from: milliseconds)
        stamp = String(text.prefix(19).filter { $0 != "-" && $0 != ":" }) + "Z"
    }
}
