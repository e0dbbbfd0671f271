internal import GatewayTypes

/// Thinking that only its own maker, or only the account it was made for, can open: signatures and encrypted texts.
enum SealedThinking {
    /// OpenAI seals reasoning as Fernet tokens, whose version byte 0x80 and eight bytes of time begin so for centuries.
    private static let openAIs = Array("gAAAA".utf8)

    static func isOpenAIs(_ seal: String) -> Bool { seal.utf8.starts(with: openAIs) }

    /// What providers say when they cannot open one. Another account may have made it.
    private static let refusals = [
        "invalid_encrypted_content", "encrypted content could not be", "`signature` in `thinking`",
        "thought signature is not valid", "corrupted thought signature",
    ]

    /// - Parameter words: an error's message, or its code and message, in lower case.
    static func isRefused(_ words: String) -> Bool { refusals.contains { words.contains($0) } }
}

extension WireFormat {
    /// Whether the providers that speak it check the seals that come back, and refuse others' than their own.
    fileprivate var refusesOpenAIsSeals: Bool {
        switch self {
        case .anthropicMessages, .bedrockConverse, .gemini: true
        case .openAIChat, .openAIResponses, .ollamaChat, .cohereChat, .openAICompletions: false
        }
    }
}

extension Conversation {
    /// Takes off the seals that providers of `wire` would refuse the whole request for. What was thought stays, as far as it
    /// is there to read.
    /// - Returns: whether there were any.
    mutating func leaveOutForeignSeals(for wire: WireFormat) -> Bool {
        guard wire.refusesOpenAIsSeals else { return false }
        var isAnyLeftOut = false
        for turn in messages.indices where messages[turn].role == .assistant {
            for index in messages[turn].content.indices {
                guard case .thinking(var thinking) = messages[turn].content[index],
                    SealedThinking.isOpenAIs(thinking.redacted ?? thinking.signature ?? "")
                else { continue }
                thinking.redacted = nil
                thinking.signature = nil
                messages[turn].content[index] = .thinking(thinking)
                isAnyLeftOut = true
            }
        }
        return isAnyLeftOut
    }
}
