public import GatewayTypes
public import JSON

/// Anthropic's Messages API as an upstream.
///
/// Structured output is asked for as a tool of the name `answerTool` that the model is made to call: the arguments of
/// that call are the answer's text, streamed or not, and no tool call is told of.
public enum AnthropicMessagesUpstream: UpstreamFormat {
    /// Reserved: a caller's own tool may not have this name in a request with a response format.
    static let answerTool = "switchyard_json_answer"

    /// What `max_tokens`, which the API demands, is where neither the caller nor the model's configuration says.
    static let defaultMaxTokens = 4_096

    public static func encode(
        _ conversation: Conversation, model: ModelConfiguration
    ) throws(GatewayError) -> EncodedRequest {
        try AnthropicRequest(conversation, model: model).encoded()
    }

    public static func path(model: String, stream: Bool) -> String { "/messages" }

    public static func events(of answer: JSONValue) throws(UpstreamFailure) -> [ModelEvent] {
        try AnthropicAnswer.events(of: answer)
    }

    public typealias StreamReader = AnthropicStreamReader

    public static func failure(status: Int, body: [UInt8]) -> UpstreamFailure {
        AnthropicFailure.read(status: status, body: body)
    }
}
