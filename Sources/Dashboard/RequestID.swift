internal import Crypto
internal import HTTPServer
internal import HTTPTypes

/// The id that an answer and every log line of it carry.
enum RequestID {
    /// The caller's own, if it is 1 to 128 of `A-Za-z0-9._-`, else a new one.
    static func of(_ request: HTTPRequest) -> String {
        guard let given = request.headers["x-request-id"], isFit(given) else { return UUIDv7.make() }
        return given
    }

    static func isFit(_ text: String) -> Bool {
        (1...128).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }
}
