/// Follows the thinking of one choice, so that a signature can be written beside the text it signs: a client that keeps the
/// `reasoning_details` it got can send them back without joining anything.
struct ThinkingBlocks: Sendable {
    private var block = ""
    private var isOpen = false
    private var details = 0

    mutating func add(_ text: String) {
        if !isOpen { block = "" }
        isOpen = true
        block += text
    }

    mutating func sign(_ signature: String) -> (index: Int, ChatDraft.Detail) {
        defer { block = "" }
        return next(.text(block, signature: signature))
    }

    mutating func redacted(_ data: String) -> (index: Int, ChatDraft.Detail) {
        block = ""
        return next(.encrypted(data))
    }

    /// Something other than thinking came: thinking after it is a new block.
    mutating func interrupt() { isOpen = false }

    private mutating func next(_ detail: ChatDraft.Detail) -> (index: Int, ChatDraft.Detail) {
        defer { details += 1 }
        return (details, detail)
    }
}
