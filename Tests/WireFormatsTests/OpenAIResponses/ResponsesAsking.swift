import GatewayTypes
import JSON

@testable import WireFormats

/// A request for a response with these members besides the model.
func responsesRequest(_ members: String = #""input":"q""#) throws(GatewayError) -> ClientRequest {
    try OpenAIResponses.understand(Array("{\"model\":\"m\",\(members)}".utf8))
}

func responsesWriter(_ members: String = #""input":"q""#) throws -> ResponsesAnswerWriter {
    ResponsesAnswerWriter(try responsesRequest(members), from: target(.openAIChat))
}

func conversation(_ members: String) throws(GatewayError) -> Conversation {
    try OpenAIResponses.conversation(try responsesRequest(members))
}
