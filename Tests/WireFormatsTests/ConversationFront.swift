import GatewayTypes
import JSON

@testable import WireFormats

/// A dialect of conversations, driven from both of its sides: as the caller of a plain question, and as the upstream format
/// that reads what the caller got.
struct ConversationFront: Sendable {
    let dialect: Dialect
    let wire: WireFormat
    /// As the tables name it.
    let name: String

    static let all = [
        ConversationFront(dialect: .openAIChat, wire: .openAIChat, name: "Chat"),
        ConversationFront(dialect: .openAIResponses, wire: .openAIResponses, name: "Responses"),
        ConversationFront(dialect: .anthropicMessages, wire: .anthropicMessages, name: "Anthropic"),
        ConversationFront(dialect: .gemini, wire: .gemini, name: "Gemini"),
        ConversationFront(dialect: .ollamaChat, wire: .ollamaChat, name: "Ollama"),
    ]

    /// The plainest question, asked so that all of an answer is told.
    func question(stream: Bool) -> ReceivedRequest {
        let turn = #""messages":[{"role":"user","content":"q"}]"#
        switch dialect {
        case .gemini:
            let operation = stream ? "streamGenerateContent" : "generateContent"
            return ReceivedRequest(
                body: Array(#"{"contents":[{"parts":[{"text":"q"}]}]}"#.utf8), path: "/models/m:\(operation)",
                query: stream ? "alt=sse" : nil)
        case .openAIResponses: return Self.received(#"{"model":"m","input":"q","stream":\#(stream)}"#)
        case .anthropicMessages:
            return Self.received(#"{"model":"m","max_tokens":9,"stream":\#(stream),\#(turn)}"#)
        case .openAIChat where stream:
            return Self.received(#"{"model":"m","stream":true,"stream_options":{"include_usage":true},\#(turn)}"#)
        default: return Self.received(#"{"model":"m","stream":\#(stream),\#(turn)}"#)
        }
    }

    private static func received(_ body: String) -> ReceivedRequest { ReceivedRequest(body: Array(body.utf8)) }

    /// What makes an answer of `wire` this caller's.
    func relay(from wire: WireFormat, stream: Bool) throws(GatewayError) -> any AnswerRelay {
        try dialect.format.call(try dialect.format.understand(question(stream: stream)), to: target(wire)).relay
    }

    /// What the caller got, read by the format's own reader of upstreams.
    func events(of output: [UInt8], stream: Bool) throws(UpstreamFailure) -> [ModelEvent] {
        try wire.events(of: output, isStream: stream)
    }

    /// A relay's whole output for the bytes of one answer.
    /// - Parameters:
    ///   - stream: whether the caller asked for one.
    ///   - size: of the pieces that a stream comes in.
    func output(of body: [UInt8], from wire: WireFormat, stream: Bool, pieces size: Int = .max) throws -> [UInt8] {
        var relay = try relay(from: wire, stream: stream)
        return stream ? try relayed(body, through: &relay, pieces: size) : try relay.whole(body)
    }
}

extension WireFormat {
    /// One whole answer of this format.
    func events(of body: [UInt8], isStream: Bool) throws(UpstreamFailure) -> [ModelEvent] {
        try Self.events(upstream, body, isStream)
    }

    private static func events<Upstream: UpstreamFormat>(
        _ upstream: Upstream.Type, _ body: [UInt8], _ isStream: Bool
    ) throws(UpstreamFailure) -> [ModelEvent] {
        guard isStream else { return try Upstream.events(of: try JSONValue.answer(body)) }
        return try AssembledStream(body, Upstream.StreamReader.self).events
    }
}
