internal import GatewayTypes
internal import JSON

/// The attempts of a request as JSON: in the journal and in the ledger's column of that name.
extension [AttemptRecord] {
    var json: String {
        guard !isEmpty else { return "[]" }
        var json = JSONWriter(capacity: 240)
        json.array { array in for attempt in self { array.object { attempt.write(to: &$0) } } }
        return String(decoding: json.bytes, as: UTF8.self)
    }

    init(json: JSONValue) {
        self = json.elements.compactMap { AttemptRecord(json: $0) }
    }
}

extension AttemptRecord {
    fileprivate func write(to json: inout JSONWriter) {
        json.field("provider", provider)
        json.field("credential", credential)
        json.field("model", model)
        json.some("status", status)
        json.some("error_code", errorCode)
        json.field("started_us", started.microseconds)
        json.some("first_byte_us", firstByte?.microseconds)
        json.field("duration_us", duration.microseconds)
        json.nonzero("prompt_tokens", promptTokens)
        json.nonzero("completion_tokens", completionTokens)
        json.some("cost_picodollars", cost.map { Int($0.picodollars) })
    }

    fileprivate init?(json: JSONValue) {
        guard let provider = json["provider"]?.string, let credential = json["credential"]?.string,
            let model = json["model"]?.string
        else { return nil }
        self.init(
            provider: provider, credential: credential, model: model,
            started: .microseconds(json["started_us"]?.int ?? 0))
        status = json["status"]?.int
        errorCode = json["error_code"]?.string
        firstByte = json["first_byte_us"]?.int.map { .microseconds($0) }
        duration = .microseconds(json["duration_us"]?.int ?? 0)
        promptTokens = json["prompt_tokens"]?.int ?? 0
        completionTokens = json["completion_tokens"]?.int ?? 0
        cost = json["cost_picodollars"]?.int.map { USD(picodollars: Int64($0)) }
    }
}
