internal import GatewayTypes
internal import JSON

/// A list of token probabilities in the common form, which is chat completions' object around it.
enum ResponsesLogprobs {
    static func common(_ list: JSONValue?) -> ModelEvent? {
        guard let list, list.kind == .array, list.count > 0 else { return nil }
        return .logprobs(choice: 0, RawJSON(JSONWriter.bytes { $0.object { $0.member("content", list) } }))
    }
}
