internal import GatewayTypes
internal import JSON

/// Asks a target how many tokens a conversation is. Anthropic, Gemini and Bedrock count for nothing; for every other format the
/// gateway's own estimate is the answer.
enum TokenCountCall {
    /// - Parameters:
    ///   - conversation: the request in the common form.
    ///   - write: the count as the caller's dialect tells it.
    static func make(
        _ conversation: Conversation, _ request: ClientRequest, to target: UpstreamTarget,
        name: (ConversationField) -> String, write: @escaping @Sendable (Int) -> [UInt8]
    ) throws(GatewayError) -> UpstreamCall {
        var conversation = conversation
        conversation.stream = false
        let encoded = try target.wire.upstream.encode(conversation, for: target)
        let dropped = (encoded.dropped.map(name) + conversation.unknownFields).sorted()
        let estimate = write(request.needs.promptTokens)
        var call: UpstreamCall
        switch target.wire {
        case .anthropicMessages:
            call = UpstreamCall(
                path: anthropicPath, body: anthropicBody(encoded.body), dropped: dropped,
                relay: TokenCountRelay(key: "input_tokens", write: write))
            call.standIn = estimate
        case .gemini:
            let path = GeminiUpstream.path(model: target.model.name, operation: "countTokens")
            call = UpstreamCall(
                path: path, body: geminiBody(encoded.body, path: path), dropped: dropped,
                relay: TokenCountRelay(key: "totalTokens", write: write))
            call.standIn = estimate
        case .bedrockConverse:
            call = UpstreamCall(
                path: BedrockTokenCount.path(model: target.model.name),
                body: BedrockTokenCount.conversing(encoded.body), dropped: dropped,
                relay: TokenCountRelay(key: BedrockTokenCount.answerKey, write: write))
            call.standIn = estimate
        case .cohereChat, .ollamaChat, .openAIChat, .openAICompletions, .openAIResponses:
            call = UpstreamCall(path: "", body: [], relay: TokenCountRelay(key: "", write: write))
            call.estimate = estimate
        }
        return call
    }

    static let anthropicPath = "/messages/count_tokens"

    /// What the operation takes of a messages request; it refuses all else.
    private static let anthropicFields: Set<String> = [
        "model", "messages", "system", "tools", "tool_choice", "thinking", "output_config", "cache_control",
    ]

    private static func anthropicBody(_ body: [UInt8]) -> [UInt8] {
        guard let json = try? JSONValue.parse(body) else { return body }
        var splice = JSONSplice(of: json)
        for key in json.members.map(\.key) where !anthropicFields.contains(key) { splice.remove(key, from: json) }
        return splice.apply()
    }

    /// The whole request has to be wrapped, or system and tools would not count; and it has to name its model again.
    private static func geminiBody(_ body: [UInt8], path: String) -> [UInt8] {
        guard let json = try? JSONValue.parse(body) else { return body }
        let model = path.dropFirst().prefix { $0 != ":" }
        return JSONWriter.bytes {
            $0.object {
                $0.member(
                    "generateContentRequest",
                    object: {
                        $0.member("model", String(model))
                        for (key, value) in json.members { $0.member(key, value) }
                    })
            }
        }
    }
}
