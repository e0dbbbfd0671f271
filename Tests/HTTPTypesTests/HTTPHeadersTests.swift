import HTTPTypes
import Testing

@Suite("HTTPHeaders")
struct HTTPHeadersTests {
    @Test("Names are found without case, values kept as they came")
    func lookup() {
        let headers: HTTPHeaders = ["Content-Type": "text/plain", "x-a": "1", "X-A": "2"]
        #expect(headers["content-type"] == "text/plain")
        #expect(headers["CONTENT-TYPE"] == "text/plain")
        #expect(headers.all("X-a") == ["1", "2"])
        #expect(headers["content-typ"] == nil)
        #expect(headers["content-type2"] == nil)
    }

    @Test("Setting replaces every field of the name, nil removes them")
    func replace() {
        var headers: HTTPHeaders = ["x-a": "1", "b": "0", "X-A": "2"]
        headers["x-A"] = "3"
        #expect(headers.all("x-a") == ["3"])
        headers["x-a"] = nil
        #expect(!headers.contains("x-a"))
        #expect(headers.count == 1)
    }

    @Test("Written as HTTP/1.1 wants it")
    func written() {
        let headers: HTTPHeaders = ["A": "1", "b": ""]
        var bytes: [UInt8] = []
        headers.write(to: &bytes)
        #expect(String(decoding: bytes, as: UTF8.self) == "A: 1\r\nb: \r\n")
    }

    @Test("A value with a line break is not safe", arguments: [("a\r\nb", false), ("a\0", false), ("ä\tb", true)])
    func safety(value: String, safe: Bool) { #expect(HTTPHeaders.isSafe(value) == safe) }
}
