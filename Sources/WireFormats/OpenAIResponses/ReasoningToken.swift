/// What stands in a reasoning item's `encrypted_content`: the opaque data a provider needs to take its thinking back.
///
/// A signature stands there as it came, which is also how OpenAI's own encrypted reasoning reads. The two kinds that another
/// format keeps elsewhere carry a mark of this gateway before them.
enum ReasoningToken: Equatable {
    /// Signs the text of the item, or is all there is.
    case signature(String)
    /// Thinking that is told in this form only (Anthropic's `redacted_thinking`).
    case redacted(String)
    /// Belongs to the call that follows (Gemini's `thoughtSignature` of a function call).
    case call(String)

    private static let redactedMark = "gw.redacted."
    private static let callMark = "gw.call."

    init(_ text: String) {
        if text.hasPrefix(Self.redactedMark) {
            self = .redacted(String(text.utf8.dropFirst(Self.redactedMark.utf8.count)) ?? "")
        } else if text.hasPrefix(Self.callMark) {
            self = .call(String(text.utf8.dropFirst(Self.callMark.utf8.count)) ?? "")
        } else {
            self = .signature(text)
        }
    }

    var text: String {
        switch self {
        case .signature(let signature): signature
        case .redacted(let data): Self.redactedMark + data
        case .call(let signature): Self.callMark + signature
        }
    }
}
