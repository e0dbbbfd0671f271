import GatewayTypes
import HTTPTypes
import Testing

@testable import WireFormats

@Suite("Forms with files")
struct MultipartFormTests {
    private static let type = "multipart/form-data; boundary=xX"

    private static func body(_ parts: [(head: String, content: [UInt8])]) -> [UInt8] {
        var bytes: [UInt8] = []
        for part in parts { bytes += Array("--xX\r\n\(part.head)\r\n\r\n".utf8) + part.content + Array("\r\n".utf8) }
        return bytes + Array("--xX--\r\n".utf8)
    }

    private static func part(_ name: String, _ text: String) -> (head: String, content: [UInt8]) {
        ("Content-Disposition: form-data; name=\"\(name)\"", Array(text.utf8))
    }

    @Test("Parts are found by name, whatever their bytes are")
    func parts() throws {
        // Everything that looks like the end of a part and is not.
        let tricky = Array("\r\n--x\r\n--xXy\r\n\r--xX\r\n--xX.".utf8) + Array(0...255) + Array("\r\n".utf8)
        let file = (
            head: "content-type: audio/mpeg\r\nContent-Disposition: form-data; filename=\"a;\\\"b.mp3\"; name=file",
            content: tricky
        )
        let body = Self.body([Self.part("model", "m"), file, Self.part("empty", "")])
        let form = try MultipartForm(body, contentType: "Multipart/Form-Data;  Boundary=\"xX\" ; charset=utf-8")
        #expect(form.parts.map(\.name) == ["model", "file", "empty"])
        #expect(try form.text("model", in: body) == "m" && form.text("empty", in: body) == "")
        #expect(try form.text("absent", in: body) == nil)
        let part = try #require(form.part("file"))
        #expect(Array(body[part.content]) == tricky)
        #expect(part.filename == "a;\"b.mp3" && part.contentType == "audio/mpeg")
    }

    @Test("A field is set in its place, and every other byte stays")
    func setting() throws {
        let preamble = Array("not for us\r\n".utf8)
        let body = preamble + Self.body([Self.part("file", "\r\n-"), Self.part("model", "m"), Self.part("x", "m")])
        let form = try MultipartForm(body, contentType: Self.type)
        let text = String(decoding: form.body(body, setting: "model", to: "longer"), as: UTF8.self)
        let head = "name=\"model\"\r\n\r\n"
        #expect(text == String(decoding: body, as: UTF8.self).replacing(head + "m", with: head + "longer"))
        #expect(form.body(body, setting: "model", to: "m") == body)
    }

    @Test("A field that was not there becomes the first part")
    func adding() throws {
        let body = Self.body([Self.part("x", "y")])
        let form = try MultipartForm(body, contentType: Self.type)
        #expect(
            form.body(body, setting: "model", to: "m") == Self.body([Self.part("model", "m"), Self.part("x", "y")]))
    }

    @Test("A form that was cut anywhere is refused, and nothing traps")
    func cut() throws {
        let body = Self.body([Self.part("model", "m"), Self.part("file", "\r\n--x")])
        for end in 0..<(body.count - 2) {
            #expect(throws: GatewayError.self) { try MultipartForm(Array(body[..<end]), contentType: Self.type) }
        }
        #expect(try MultipartForm(Array(body.dropLast(2)), contentType: Self.type).parts.count == 2)
    }

    @Test(
        "A body that is no form is refused with what to do",
        arguments: [
            nil, "application/json", "multipart/form-data", "multipart/mixed; boundary=xX",
            "multipart/form-data; boundary=\"\"", "multipart/form-data; boundary=" + String(repeating: "x", count: 71),
        ])
    func contentTypes(type: String?) {
        #expect {
            try MultipartForm(Self.body([Self.part("x", "y")]), contentType: type)
        } throws: { ($0 as? GatewayError)?.code == "invalid_content_type" }
    }

    @Test("Parts without a name and forms with too many parts are refused")
    func limits() {
        let nameless = Self.body([("content-type: text/plain", [])])
        let many = Self.body((0...1000).map { _ in Self.part("x", "") })
        for body in [nameless, many] {
            #expect {
                try MultipartForm(body, contentType: Self.type)
            } throws: { ($0 as? GatewayError)?.code == "invalid_multipart" }
        }
    }

    @Test("Any one byte may be anything")
    func anyByte() {
        let body = Self.body([Self.part("model", "m"), Self.part("file", "abc")])
        for place in body.indices {
            for value in [UInt8(0), 0x0A, 0x0D, 0x20, 0x22, 0x2D, 0x3B, 0x3D, 0x5C, 0x80, 0xFF] {
                var odd = body
                odd[place] = value
                guard let form = try? MultipartForm(odd, contentType: Self.type) else { continue }
                for part in form.parts { #expect(part.content.upperBound <= odd.count) }
                _ = form.body(odd, setting: "model", to: "n")
            }
        }
    }
}
