internal import GatewayTypes
internal import JSON

/// Takes an assistant turn's thinking back from where it was sent.
enum ChatThinkingReader {
    static func thinking(of message: JSONValue) -> [Thinking] {
        if let details = message.present("reasoning_details"), details.kind == .array {
            let read = ChatReasoningDetails.thinking(details)
            if !read.isEmpty { return read }
        }
        let text = message["reasoning_content"]?.string ?? message["reasoning"]?.string ?? ""
        let signature = ChatExtraContent.signature(of: message)
        return text.isEmpty && signature == nil ? [] : [Thinking(text: text, signature: signature)]
    }
}
