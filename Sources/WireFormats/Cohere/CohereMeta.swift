internal import GatewayTypes
internal import JSON

/// `meta` of Cohere's answers: what is billed.
enum CohereMeta {
    static func usage(_ answer: JSONValue) -> Usage? {
        let units = answer["meta"]?["billed_units"]
        guard let tokens = units?["input_tokens"]?.tokenCount else { return nil }
        return Usage(promptTokens: tokens, completionTokens: units?["output_tokens"]?.tokenCount ?? 0).clamped()
    }

    static func write(_ unit: String, _ count: Int, to json: inout JSONWriter) {
        json.member(
            "meta",
            object: { json in
                json.member("api_version", object: { $0.member("version", "2") })
                json.member("billed_units", object: { $0.member(unit, count) })
            })
    }
}
