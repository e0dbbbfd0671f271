import GatewayTypes
import HTTPTypes
import JSON

@testable import WireFormats

extension Gemini {
    /// A request as it comes to the path of an operation.
    static func asked(
        _ body: String, operation: String = "generateContent", query: String? = nil
    ) throws(GatewayError) -> ClientRequest {
        try understand(ReceivedRequest(body: Array(body.utf8), path: "/models/m:\(operation)", query: query))
    }

    static func conversation(of body: String) throws(GatewayError) -> Conversation {
        try conversation(try asked(body))
    }

    /// What makes an answer of `wire` a Gemini client's.
    static func relay(
        from wire: WireFormat, stream: Bool, query: String? = "alt=sse", config: String = "{}"
    ) throws(GatewayError) -> any AnswerRelay {
        let body = #"{"contents":[{"parts":[{"text":"q"}]}],"generationConfig":\#(config)}"#
        let request = try asked(body, operation: stream ? "streamGenerateContent" : "generateContent", query: query)
        return try call(request, to: target(wire)).relay
    }
}

/// The chunks of a stream of server-sent events as Google's clients read it: lines begin with `data: `.
func geminiChunks(_ stream: [UInt8]) throws -> [JSONValue] {
    try String(decoding: stream, as: UTF8.self).split(separator: "\r\n\r\n").map { record in
        guard record.hasPrefix("data: ") else { throw UpstreamFailure(.badAnswer, message: String(record)) }
        return try parsed(String(record.dropFirst(6)))
    }
}
