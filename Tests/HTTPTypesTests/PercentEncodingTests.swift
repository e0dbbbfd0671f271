import HTTPTypes
import Testing

@Suite("PercentEncoding")
struct PercentEncodingTests {
    @Test(
        "Escapes decode to UTF-8 or to nothing",
        arguments: [("a%20b", "a b"), ("%C3%A4", "ä"), ("%ff", nil), ("%4", nil)])
    func escapes(text: String, decoded: String?) { #expect(PercentEncoding.decode(text) == decoded) }

    @Test("A plus is a space only where the caller says so")
    func plus() {
        #expect(PercentEncoding.decode("a+b%2B", plusIsSpace: true) == "a b+")
        #expect(PercentEncoding.decode("a+b%2B") == "a+b+")
    }
}
