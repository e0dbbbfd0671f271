import GatewayTypes
import JSON

@testable import WireFormats

/// A recorded exchange of a conversation, in the format it was held in.
struct RecordedConversation: Sendable {
    var recording: UpstreamRecordings.Recording
    var wire: WireFormat
    /// The answer; where a file holds several in a row, the first of them.
    var body: [UInt8]

    var provider: String { String(recording.file.prefix { $0 != "/" }) }
    var file: String { recording.file }

    /// - Returns: `nil` for another operation's exchange.
    init?(_ recording: UpstreamRecordings.Recording) {
        guard let wire = Self.wire(of: recording) else { return nil }
        self.recording = recording
        self.wire = wire
        body = recording.body
        if recording.url.contains("/invoke-with-response-stream") { body = Self.unpacked(body) }
        if let marker = Self.beginning[wire] { body = Self.first(of: body, beginningWith: marker) }
        if recording.status == 200, !Self.isAnswer(body, wire) { return nil }
    }

    private static let beginning: [WireFormat: String] = [
        .anthropicMessages: "event: message_start\n", .openAIResponses: "event: response.created\n",
    ]

    /// By the end of the address that was asked.
    private static func wire(of recording: UpstreamRecordings.Recording) -> WireFormat? {
        let path = String(recording.url.prefix { $0 != "?" })
        if path.hasSuffix("/chat/completions") { return .openAIChat }
        if recording.file.hasPrefix("writer/"), path.hasSuffix("/v1/chat") { return .openAIChat }
        if path.hasSuffix("/responses") { return .openAIResponses }
        if path.hasSuffix("/messages") || path.hasSuffix("awPredict") { return .anthropicMessages }
        if path.hasSuffix(":generateContent") || path.hasSuffix(":streamGenerateContent") { return .gemini }
        if path.hasSuffix("/api/chat") { return .ollamaChat }
        if path.hasSuffix("/converse") || path.hasSuffix("/converse-stream") { return .bedrockConverse }
        if path.hasSuffix("/v2/chat") { return .cohereChat }
        if path.contains("anthropic.claude"), path.contains("/invoke") { return .anthropicMessages }
        return nil
    }

    /// Some exchanges are another operation's under the same path, or an older form of the operation.
    private static func isAnswer(_ body: [UInt8], _ wire: WireFormat) -> Bool {
        if wire == .bedrockConverse { return true }
        let text = String(decoding: body, as: UTF8.self)
        func has(_ words: String...) -> Bool { words.contains { text.contains($0) } }
        switch wire {
        case .openAIChat: return has("\"choices\"", "\"error\"") && !has("\"object\":\"list\"", "\"object\": \"list\"")
        case .openAIResponses: return has("\"response\"")
        case .anthropicMessages: return has("\"type\":\"message\"", "\"type\": \"message\"", "message_start")
        case .gemini: return has("\"candidates\"", "\"promptFeedback\"", "\"error\"")
        case .ollamaChat: return has("\"message\"")
        case .cohereChat: return has("\"message\"", "message-start", "\"finish_reason\"")
        case .bedrockConverse: return true
        case .openAICompletions: return false
        }
    }

    /// The server-sent events in Bedrock's messages.
    private static func unpacked(_ body: [UInt8]) -> [UInt8] {
        var decoder = EventStreamDecoder()
        return decoder.feed(body).flatMap { record -> [UInt8] in
            guard let chunk = (try? JSONValue.parse(record.data))?["bytes"]?.string,
                let event = Base64.decode(chunk)
            else { return [] }
            return Array("data: ".utf8) + event + Array("\n\n".utf8)
        }
    }

    private static func first(of body: [UInt8], beginningWith marker: String) -> [UInt8] {
        let text = String(decoding: body, as: UTF8.self)
        let parts = text.split(separator: marker, omittingEmptySubsequences: false)
        guard parts.count > 2 else { return body }
        return Array((parts[0] + marker + parts[1]).utf8)
    }

    /// Whether the answer is one JSON text and no stream.
    var isWhole: Bool {
        if wire == .bedrockConverse { return body.first { $0 > 0x20 } == UInt8(ascii: "{") }
        return (try? JSONValue.parse(body)) != nil
    }

    /// The request as a caller of `front` would send it, with the model where that caller names it; `nil` where it was not
    /// recorded or holds no conversation.
    func request(to front: ConversationFront) throws -> ReceivedRequest? {
        guard let json = try? JSONValue.parse(recording.asked), json.kind == .object, json["base64"] == nil else {
            return nil
        }
        if front.dialect == .gemini {
            guard json["contents"] != nil else { return nil }
            let isStream = recording.url.contains(":stream")
            let operation = isStream ? "streamGenerateContent" : "generateContent"
            let query = isStream ? "alt=sse" : nil
            return ReceivedRequest(body: recording.asked, path: "/models/m:\(operation)", query: query)
        }
        guard json["messages"] != nil || json["input"] != nil || json["prompt"] != nil else { return nil }
        // Vertex, Bedrock and Azure name the model in the path; a caller of the gateway names it in the body.
        guard json["model"] == nil else { return ReceivedRequest(body: recording.asked) }
        var splice = JSONSplice(of: json)
        splice.set("model", of: json, to: Array("\"m\"".utf8))
        return ReceivedRequest(body: splice.apply())
    }
}
