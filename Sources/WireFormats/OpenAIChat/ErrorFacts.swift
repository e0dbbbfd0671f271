internal import GatewayTypes
internal import JSON

/// What an error body says, whichever of the shapes in use it has.
struct ErrorFacts: Sendable {
    private static let messageLimit = 2_000

    var message = ""
    var type: String?
    var code: String?
    var parameter: String?
    /// A status named in the body.
    var status: Int?
    var retryAfter: Duration?

    /// Reads `{"error":{...}}`, `{"error":"..."}`, `{"message":"..."}`, FastAPI's `{"detail":...}`, `{"errors":[...]}` and a
    /// list around any of them.
    init(_ json: JSONValue) {
        let top = json.kind == .array ? json[0] ?? json : json
        let error = top.present("error").flatMap { $0.kind == .object ? $0 : nil }
        let facts = error ?? top
        message = Self.message(in: facts, besides: error == nil ? nil : top) ?? ""
        type = Self.word(facts, ["type", "error_type", "status"]) ?? Self.word(top, ["error_type"])
        code = Self.word(facts, ["code"]) ?? Self.word(top, ["code"])
        parameter = Self.word(facts, ["param"])
        status = Self.status(facts) ?? Self.status(top)
        if let code, let number = Int(code), (300...599).contains(number) {
            status = status ?? number
            self.code = nil
        }
        addOrigin(facts)
        retryAfter = Self.delay(in: facts) ?? RetryHint.delay(in: message)
        message = Self.cut(message)
    }

    /// A body that is not JSON.
    init(text body: [UInt8], status: Int) {
        let text = String(decoding: body.prefix(Self.messageLimit), as: UTF8.self)
        let trimmed = text.drop { $0.isWhitespace }
        if trimmed.hasPrefix("<") {
            message = "The provider answered with status \(status) and an HTML page."
        } else if body.prefix(Self.messageLimit).contains(where: { $0 < 0x20 && $0 != 9 && $0 != 10 && $0 != 13 }) {
            message = "The provider answered with status \(status) and a body that is no text."
        } else {
            message = String(trimmed.reversed().drop { $0.isWhitespace }.reversed())
            retryAfter = RetryHint.delay(in: message)
        }
    }

    /// A router's own words say little: the provider behind it is quoted in `metadata.raw`.
    private mutating func addOrigin(_ facts: JSONValue) {
        guard let raw = facts["metadata"]?["raw"]?.string, !raw.isEmpty else { return }
        guard let json = try? JSONValue.parse(Array(raw.utf8)), json.kind == .object else {
            message += ": \(raw)"
            return
        }
        let origin = ErrorFacts(json)
        if !origin.message.isEmpty { message += ": \(origin.message)" }
        type = type ?? origin.type
        code = code ?? origin.code
    }

    private static func message(in facts: JSONValue, besides top: JSONValue?) -> String? {
        for key in ["message", "error", "detail", "msg", "error_message", "Message"] {
            guard let value = facts.present(key) else { continue }
            if let text = value.string, !text.isEmpty { return text }
            if let text = listed(value) ?? value["message"]?.string ?? value["error"]?.string { return text }
            if let detail = value.present("detail"), let text = detail.string ?? listed(detail) { return text }
        }
        if let errors = facts.present("errors") { return listed(errors) }
        return top.flatMap { message(in: $0, besides: nil) }
    }

    /// FastAPI's list of `{"loc","msg"}`, Cloudflare's of `{"message"}`, Writer's of `{"description"}`, or a list of texts.
    private static func listed(_ list: JSONValue) -> String? {
        guard list.kind == .array else { return nil }
        let texts = list.elements.compactMap { element -> String? in
            if let text = element.string { return text }
            let words = ["msg", "message", "description"].compactMap { element[$0]?.string }
            guard let text = words.first else { return nil }
            let place = (element["loc"]?.elements.map { $0.string ?? RawJSON($0.raw).text } ?? []).joined(
                separator: ".")
            return place.isEmpty ? text : "\(place): \(text)"
        }
        return texts.isEmpty ? nil : texts.joined(separator: "; ")
    }

    private static func word(_ value: JSONValue, _ keys: [String]) -> String? {
        for key in keys {
            guard let member = value.present(key) else { continue }
            if let text = member.string, !text.isEmpty { return text }
            if member.kind == .number { return RawJSON(member.raw).text }
        }
        return nil
    }

    private static func status(_ value: JSONValue) -> Int? {
        for key in ["status", "status_code", "raw_status_code"] {
            if let status = value[key]?.int, (300...599).contains(status) { return status }
        }
        return nil
    }

    /// Google's `RetryInfo` among the details.
    private static func delay(in facts: JSONValue) -> Duration? {
        guard let details = facts["details"] else { return nil }
        for detail in details.elements {
            if let text = detail["retryDelay"]?.string { return RetryHint.duration(text[...]) }
        }
        return nil
    }

    private static func cut(_ text: String) -> String {
        text.utf8.count <= messageLimit ? text : String(text.prefix(messageLimit)) + "..."
    }
}
