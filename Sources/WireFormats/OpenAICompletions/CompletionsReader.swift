internal import GatewayTypes
internal import JSON

/// Reads a completions request, whose shape was checked, into the common form.
enum CompletionsReader {
    private static let known: Set<String> = [
        "model", "prompt", "stream", "stream_options", "max_tokens", "temperature", "top_p", "n", "best_of", "logprobs",
        "echo", "stop", "presence_penalty", "frequency_penalty", "logit_bias", "user", "seed",
    ]

    static func conversation(_ json: JSONValue) throws(GatewayError) -> Conversation {
        var unknown = UnknownFields()
        let text = try prompt(json)
        var conversation = Conversation(messages: [Message(.user, text.isEmpty ? [] : [.text(text)])])
        for (key, value) in json.members where !value.isNull && !known.contains(key) {
            if key == "suffix", value.isString("") { continue }
            unknown.add(key)
        }
        unknown.add(json.present("stream_options"), besides: ["include_usage"], under: "stream_options")
        let count = json["n"]?.int
        if let candidates = json["best_of"]?.int, candidates > count ?? 1 { unknown.add("best_of") }
        conversation.choiceCount = count
        conversation.user = json["user"]?.string
        conversation.stream = json["stream"]?.bool ?? false
        if let wanted = json["logprobs"]?.int {
            conversation.logprobs = true
            conversation.topLogprobs = wanted
        }
        read(json, into: &conversation.sampling)
        conversation.unknownFields = unknown.names
        return conversation
    }

    /// The one text that is to be gone on with.
    static func prompt(_ json: JSONValue) throws(GatewayError) -> String {
        let prompt = json.present("prompt")
        if let text = prompt?.string { return text }
        if let text = prompt?[0]?.string, prompt?.count == 1 { return text }
        let isTokens = prompt?[0]?.kind != .string
        throw .malformedRequest(
            message: isTokens
                ? "Unsupported value for 'prompt': this model takes text, not tokens. Send the text itself."
                : "Unsupported value for 'prompt': this model goes on with one text at a time. Send a request for each.",
            parameter: "prompt", code: "unsupported_value")
    }

    private static func read(_ json: JSONValue, into sampling: inout Sampling) {
        sampling.maxTokens = json["max_tokens"]?.int
        sampling.temperature = json["temperature"]?.double
        sampling.topP = json["top_p"]?.double
        sampling.frequencyPenalty = json["frequency_penalty"]?.double
        sampling.presencePenalty = json["presence_penalty"]?.double
        sampling.seed = json["seed"]?.int
        sampling.logitBias = json.present("logit_bias").map { RawJSON($0.raw) }
        if let stop = json.present("stop") {
            sampling.stop = stop.string.map { [$0] } ?? stop.elements.compactMap(\.string)
        }
    }
}
