internal import GatewayTypes
internal import JSON

/// Sources that stand beside the choices (Perplexity's `search_results`, or its older `citations`).
enum ChatCitations {
    static func ofAnswer(_ answer: JSONValue) -> RawJSON? {
        for key in ["search_results", "citations"] {
            if let list = answer[key], list.kind == .array, list.count > 0 { return RawJSON(list.raw) }
        }
        return nil
    }
}
