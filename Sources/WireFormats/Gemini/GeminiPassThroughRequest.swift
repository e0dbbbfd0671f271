internal import JSON

/// The body for a Gemini upstream: the caller's own bytes, but for a model's name and for signatures that other providers
/// gave, which the API would refuse.
enum GeminiPassThroughRequest {
    static func body(_ request: ClientRequest, model: String) -> [UInt8] {
        let json = request.json
        var splice = JSONSplice(of: json)
        if let named = json["model"], named.kind == .string {
            splice.replace(named, with: JSONWriter.bytes { $0.string("models/\(model)") })
        }
        if hasForeignSignatures(request.received.body) {
            for content in json.list("contents") {
                for part in content.list("parts") { adapt(part, &splice) }
            }
        }
        return splice.isEmpty ? request.received.body : splice.apply()
    }

    private static func adapt(_ part: JSONValue, _ splice: inout JSONSplice) {
        for name in ["thoughtSignature", "thought_signature"] {
            guard let value = part[name], let text = value.string else { continue }
            if case .own = GeminiThoughtSignature(text) { continue }
            if part.field("functionCall") != nil {
                splice.replace(value, with: JSONWriter.bytes { $0.string(GeminiModel.stubSignature) })
            } else {
                splice.remove(name, from: part)
            }
        }
    }

    private static func hasForeignSignatures(_ body: [UInt8]) -> Bool {
        let mark = GeminiThoughtSignature.markEncoded
        var from = 0
        while let at = body.firstOffset(of: mark[0], from: from) {
            if body[at...].starts(with: mark) { return true }
            from = at + 1
        }
        return false
    }
}
