internal import JSON

/// Where Google's OpenAI-compatible endpoint keeps a thought signature: `extra_content.google.thought_signature` of a tool
/// call or message. Ours are kept in the same place.
enum ChatExtraContent {
    static func signature(of value: JSONValue) -> String? {
        value["extra_content"]?["google"]?["thought_signature"]?.string
    }

    static func write(_ signature: String, to writer: inout JSONWriter) {
        writer.key("extra_content")
        writer.object {
            $0.key("google")
            $0.object { $0.member("thought_signature", signature) }
        }
    }
}
