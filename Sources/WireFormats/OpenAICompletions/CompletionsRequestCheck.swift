internal import GatewayTypes
internal import JSON

/// Checks the shape of a completions request and reads what routing and admission need.
enum CompletionsRequestCheck {
    private typealias Check = ChatRequestCheck

    static func understand(_ json: JSONValue, _ received: ReceivedRequest) throws(GatewayError) -> ClientRequest {
        guard let model = json.present("model") else { throw Check.missing("model") }
        guard let name = model.string, !name.isEmpty else { throw Check.wrong("model", "a non-empty string") }
        guard let prompt = json.present("prompt") else { throw Check.missing("prompt") }
        guard prompt.kind == .string || prompt.kind == .array && prompt.count > 0 else {
            throw Check.wrong("prompt", "a string or a non-empty array")
        }
        var needs = RequestNeeds()
        needs.operation = .completion
        needs.promptTokens = (prompt.range.count + 3) / 4
        needs.maxTokens = try Check.int(json, "max_tokens", 1...Int.max)
        needs.choiceCount = try Check.int(json, "n", 1...128) ?? 1
        try Check.int(json, "best_of", 0...20)
        try Check.int(json, "logprobs", 0...20)
        try Check.int(json, "seed", Int.min...Int.max)
        try Check.number(json, "temperature", 0...2)
        try Check.number(json, "top_p", 0...1)
        try Check.number(json, "frequency_penalty", -2...2)
        try Check.number(json, "presence_penalty", -2...2)
        _ = try Check.bool(json, "echo")
        for key in ["suffix", "user"] {
            if let text = json.present(key), text.kind != .string { throw Check.wrong(key, "a string") }
        }
        if let bias = json.present("logit_bias"), bias.kind != .object { throw Check.wrong("logit_bias", "an object") }
        if let stop = json.present("stop"), stop.kind != .string {
            guard stop.kind == .array, stop.elements.allSatisfy({ $0.kind == .string }) else {
                throw Check.wrong("stop", "a string or an array of strings")
            }
        }
        var includeUsage = false
        if let options = json.present("stream_options") {
            guard options.kind == .object else { throw Check.wrong("stream_options", "an object") }
            includeUsage = try Check.bool(options, "include_usage", in: "stream_options.") ?? false
        }
        return ClientRequest(
            received, json: json, model: name, stream: try Check.bool(json, "stream") ?? false,
            includeUsage: includeUsage, needs: needs)
    }
}
