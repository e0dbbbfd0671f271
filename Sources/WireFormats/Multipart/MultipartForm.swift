internal import GatewayTypes
internal import HTTPTypes

/// A `multipart/form-data` body (RFC 7578) as ranges of the bytes that came: recordings and pictures in it are not copied.
public struct MultipartForm: Sendable {
    struct Part: Sendable {
        var name: String
        var filename: String?
        var contentType: String?
        /// Where its content lies in the body.
        var content: Range<Int>
    }

    /// More parts than this are no form anybody fills in.
    private static let mostParts = 1_000

    private(set) var parts: [Part] = []
    private let delimiter: [UInt8]
    /// Where the first delimiter begins.
    private(set) var start = 0

    /// - Parameter contentType: the request's header; it names the boundary.
    init(_ body: [UInt8], contentType: String?) throws(GatewayError) {
        guard let contentType, let boundary = FormHeader(contentType).boundary else {
            throw .malformedRequest(
                message: "This path takes a multipart/form-data body whose content-type names its boundary.",
                code: "invalid_content_type")
        }
        delimiter = Array("--\(boundary)".utf8)
        try read(body)
    }

    func part(_ name: String) -> Part? { parts.first { $0.name == name } }

    /// The text of a field; `nil` without one.
    func text(_ name: String, in body: [UInt8]) throws(GatewayError) -> String? {
        guard let part = part(name) else { return nil }
        guard let text = String(validating: body[part.content], as: UTF8.self), text.utf8.count <= 1_048_576 else {
            throw ChatRequestCheck.wrong(name, "a text in UTF-8")
        }
        return text
    }

    /// The body with `text` as the field `name`: in its place, or as a first part.
    func body(_ body: [UInt8], setting name: String, to text: String) -> [UInt8] {
        let place: Range<Int>
        var inserted = Array(text.utf8)
        if let part = part(name) {
            place = part.content
        } else {
            place = start..<start
            let head = "\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n"
            inserted = delimiter + Array(head.utf8) + inserted + Array("\r\n".utf8)
        }
        guard body[place] != inserted[...] else { return body }
        var output: [UInt8] = []
        output.reserveCapacity(body.count - place.count + inserted.count)
        output += body[..<place.lowerBound]
        output += inserted
        output += body[place.upperBound...]
        return output
    }

    // MARK: - Reading

    private mutating func read(_ body: [UInt8]) throws(GatewayError) {
        guard let first = Self.delimiter(delimiter, in: body, from: 0) else { throw Self.broken("has no boundary") }
        start = first.lowerBound
        var position = first.upperBound
        while !body[position...].starts(with: "--".utf8) {
            guard parts.count < Self.mostParts else { throw Self.broken("has more than \(Self.mostParts) parts") }
            guard let head = Self.head(in: body, from: position) else {
                throw Self.broken("has a part without an end of its headers")
            }
            guard !Self.isDelimiter(delimiter, body, at: head.upperBound) else {
                throw Self.broken("has a part without content")
            }
            guard let next = Self.delimiter(delimiter, in: body, from: head.upperBound) else {
                throw Self.broken("is not complete: its last boundary is missing")
            }
            var part = try Self.part(body[head])
            part.content = head.upperBound..<(next.lowerBound - 2)
            parts.append(part)
            position = next.upperBound
        }
    }

    /// The next delimiter at the begin of a line; what follows it is `--`, or the line's end.
    private static func delimiter(_ delimiter: [UInt8], in body: [UInt8], from start: Int) -> Range<Int>? {
        if start == 0, isDelimiter(delimiter, body, at: 0) { return 0..<delimiter.count }
        var position = start
        while let end = body.firstOffset(of: .carriageReturn, from: position) {
            let line = end + 2
            if line <= body.count, body[line - 1] == .lineFeed, isDelimiter(delimiter, body, at: line) {
                return line..<(line + delimiter.count)
            }
            position = end + 1
        }
        return nil
    }

    private static func isDelimiter(_ delimiter: [UInt8], _ body: [UInt8], at start: Int) -> Bool {
        let end = start + delimiter.count
        guard end + 2 <= body.count, body[start..<end] == delimiter[...] else { return false }
        let after = body[end..<(end + 2)]
        return after.elementsEqual("--".utf8) || after.elementsEqual("\r\n".utf8)
            || after.first == .space || after.first == UInt8(ascii: "\t")
    }

    /// The header lines of a part, the empty one included.
    private static func head(in body: [UInt8], from position: Int) -> Range<Int>? {
        let limit = min(body.count, position + 16_384)
        var line = position
        while let end = body.firstOffset(of: .carriageReturn, from: line, to: limit) {
            guard end + 1 < limit, body[end + 1] == .lineFeed else { return nil }
            if end == line, line > position { return position..<(end + 2) }
            line = end + 2
        }
        return nil
    }

    private static func part(_ head: ArraySlice<UInt8>) throws(GatewayError) -> Part {
        var part = Part(name: "", content: 0..<0)
        var hasName = false
        for line in String(decoding: head, as: UTF8.self).split(separator: "\r\n") {
            guard let colon = line.firstIndex(of: ":") else { continue }
            let value = String(line[line.index(after: colon)...])
            switch line[..<colon].lowercased() {
            case "content-disposition":
                let header = FormHeader(value)
                guard let name = header.parameters["name"] else { break }
                part.name = name
                part.filename = header.parameters["filename"]
                hasName = true
            case "content-type": part.contentType = FormHeader(value).value
            default: break
            }
        }
        guard hasName else { throw broken("has a part without a name") }
        return part
    }

    private static func broken(_ why: String) -> GatewayError {
        .malformedRequest(message: "The multipart/form-data body \(why).", code: "invalid_multipart")
    }
}
