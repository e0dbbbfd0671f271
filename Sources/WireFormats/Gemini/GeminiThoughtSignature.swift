/// What stands in `thoughtSignature`.
///
/// Clients decode it and encode it again in either alphabet of base64, so another provider's opaque text cannot stand there
/// as it is: it is wrapped, and comes back byte for byte.
enum GeminiThoughtSignature: Equatable {
    /// Gemini's own, in the standard alphabet.
    case own(String)
    /// Another provider's, of the thinking it stands in.
    case thinking(String)
    /// Another provider's thinking whose text the caller did not want to see.
    case hiddenThinking(text: String, signature: String)
    /// Another provider's encrypted thinking.
    case redacted(String)
    /// Another provider's, of the call it stands beside.
    case call(String)

    /// Whole groups of three bytes, so that every wrapped text begins with the same characters.
    private static let mark = Array("sw-sig".utf8)
    static let markEncoded = Array("c3ctc2ln".utf8)

    init(_ text: String) {
        let standard = Base64.standard(text)
        guard standard.utf8.starts(with: Self.markEncoded), let bytes = Base64.decode(standard),
            bytes.count > Self.mark.count
        else {
            self = .own(standard)
            return
        }
        let payload = bytes[(Self.mark.count + 1)...]
        let said = String(decoding: payload, as: UTF8.self)
        switch bytes[Self.mark.count] {
        case UInt8(ascii: "s"): self = .thinking(said)
        case UInt8(ascii: "r"): self = .redacted(said)
        case UInt8(ascii: "c"): self = .call(said)
        case UInt8(ascii: "h"):
            let end = payload.lastIndex(of: 0) ?? payload.startIndex
            self = .hiddenThinking(
                text: String(decoding: payload[..<end], as: UTF8.self),
                signature: String(decoding: payload[end...].drop { $0 == 0 }, as: UTF8.self))
        default: self = .own(standard)
        }
    }

    var text: String {
        switch self {
        case .own(let text): text
        case .thinking(let signature): Self.wrapped("s", Array(signature.utf8))
        case .redacted(let data): Self.wrapped("r", Array(data.utf8))
        case .call(let signature): Self.wrapped("c", Array(signature.utf8))
        case .hiddenThinking(let text, let signature):
            Self.wrapped("h", Array(text.utf8) + [0] + Array(signature.utf8))
        }
    }

    private static func wrapped(_ kind: Unicode.Scalar, _ payload: [UInt8]) -> String {
        Base64.encode(mark + [UInt8(ascii: kind)] + payload)
    }
}

extension Base64 {
    /// The text in the standard alphabet with its padding: RFC 4648 has another for URLs, which Google's own clients write.
    static func standard(_ text: String) -> String {
        let isStandard = !text.utf8.contains { $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") }
        guard !isStandard || text.utf8.count % 4 != 0 else { return text }
        var bytes = text.utf8.map { byte in
            switch byte {
            case UInt8(ascii: "-"): UInt8(ascii: "+")
            case UInt8(ascii: "_"): UInt8(ascii: "/")
            default: byte
            }
        }
        while bytes.count % 4 != 0 { bytes.append(UInt8(ascii: "=")) }
        return String(decoding: bytes, as: UTF8.self)
    }
}
