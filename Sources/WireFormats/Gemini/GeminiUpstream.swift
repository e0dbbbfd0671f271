public import GatewayTypes
public import JSON

/// Google's `generateContent`, on the Gemini API and on Vertex AI, as an upstream.
public enum GeminiUpstream: UpstreamFormat {
    public static func encode(
        _ conversation: Conversation, model: ModelConfiguration
    ) throws(GatewayError) -> EncodedRequest {
        try GeminiRequest(conversation, model: model).encoded()
    }

    /// A model named with its collection (`models/x`, `tunedModels/x`, `publishers/google/models/x`, `endpoints/x`) stands
    /// as it is; any other is one of `models`.
    public static func path(model: String, stream: Bool) -> String {
        self.path(model: model, operation: stream ? "streamGenerateContent?alt=sse" : "generateContent")
    }

    static func path(model: String, operation: String) -> String { "\(path(of: model)):\(operation)" }

    /// The model's own path, before the operation.
    static func path(of model: String) -> String {
        let collections = ["models/", "tunedModels/", "publishers/", "endpoints/"]
        let isNamedInFull = collections.contains { model.hasPrefix($0) }
        return (isNamedInFull ? "/" : "/models/") + escaped(model, keepingSlashes: isNamedInFull)
    }

    public static func events(of answer: JSONValue) throws(UpstreamFailure) -> [ModelEvent] {
        var reader = GeminiChunkReader()
        var events: [ModelEvent] = []
        // An array is what `streamGenerateContent` answers.
        for part in answer.kind == .array ? Array(answer.elements) : [answer] { events += try reader.read(part) }
        guard reader.hasCandidates else {
            throw .noAnswer("it has no candidates")
        }
        return events
    }

    public typealias StreamReader = GeminiStreamReader

    public static func failure(status: Int, body: [UInt8]) -> UpstreamFailure {
        GeminiFailure.read(status: status, body: body)
    }

    /// Percent-encodes what would end or leave the path segment (RFC 3986, section 2.3).
    private static func escaped(_ model: String, keepingSlashes: Bool) -> String {
        var output: [UInt8] = []
        for byte in model.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: output.append(byte)
            case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"), UInt8(ascii: "@"):
                output.append(byte)
            case UInt8(ascii: "/") where keepingSlashes: output.append(byte)
            default:
                output.append(UInt8(ascii: "%"))
                output.append(contentsOf: (byte < 16 ? "0" : "").utf8)
                output.append(contentsOf: String(byte, radix: 16, uppercase: true).utf8)
            }
        }
        return String(decoding: output, as: UTF8.self)
    }
}
