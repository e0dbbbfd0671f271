public import GatewayTypes
public import JSON

/// Amazon Bedrock's Converse and ConverseStream as an upstream.
///
/// Structured output is asked for with `outputConfig` where the model's configuration states the capability `json_schema`,
/// else as a tool of the name `answerTool` that the model is made to call: the arguments of that call are then the answer's
/// text, and no tool call is told of.
public enum BedrockConverseUpstream: UpstreamFormat {
    /// Reserved: a caller's own tool may not have this name in a request with a response format.
    static let answerTool = "switchyard_json_answer"

    public static func encode(
        _ conversation: Conversation, model: ModelConfiguration
    ) throws(GatewayError) -> EncodedRequest {
        try ConverseRequest(conversation, model: model).encoded()
    }

    /// Model ids have colons, those of inference profiles slashes too: all of them are one segment.
    public static func path(model: String, stream: Bool) -> String {
        "/model/\(PathSegment.escaped(model))/\(stream ? "converse-stream" : "converse")"
    }

    public static func events(of answer: JSONValue) throws(UpstreamFailure) -> [ModelEvent] {
        guard answer.kind == .object, let content = answer["output"]?["message"]?["content"], content.kind == .array
        else {
            if answer["__type"] != nil || answer["message"]?.kind == .string {
                throw BedrockFailure.read(status: nil, type: nil, body: answer.raw)
            }
            throw .noAnswer("it has no content")
        }
        var events: [ModelEvent] = [.start(id: nil, model: nil, created: nil)]
        var blocks = ConverseBlockReader()
        for block in content.elements { events += blocks.whole(block) }
        if let reason = answer["stopReason"]?.string { events.append(.finish(choice: 0, blocks.finish(reason))) }
        if let usage = ConverseUsage.common(answer["usage"]) { events.append(.usage(usage)) }
        return events
    }

    public typealias StreamReader = ConverseStreamReader

    public static func failure(status: Int, body: [UInt8]) -> UpstreamFailure {
        BedrockFailure.read(status: status, type: nil, body: body)
    }
}
