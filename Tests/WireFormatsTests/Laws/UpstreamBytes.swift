import GatewayTypes
import JSON

@testable import WireFormats

/// Streams as upstreams send them, from events. Formats that are a dialect too are written by the dialect's writer; Bedrock
/// and Cohere, which are none, by the plain records below.
enum UpstreamBytes {
    static func stream(_ events: [ModelEvent], _ wire: WireFormat) throws -> [UInt8] {
        guard let front = ConversationFront.all.first(where: { $0.wire == wire }) else {
            return wire == .cohereChat ? cohere(events) : converse(events)
        }
        func write<Front: ConversationFormat>(_ type: Front.Type) throws -> [UInt8] {
            var writer = Front.AnswerWriter(try Front.understand(front.question(stream: true)), from: target(wire))
            return events.flatMap { writer.stream([$0]) } + writer.end()
        }
        switch front.dialect {
        case .openAIResponses: return try write(OpenAIResponses.self)
        case .anthropicMessages: return try write(AnthropicMessages.self)
        case .gemini: return try write(Gemini.self)
        case .ollamaChat: return try write(OllamaChat.self)
        default: return try write(OpenAIChat.self)
        }
    }

    static func whole(_ events: [ModelEvent], _ front: ConversationFront) throws -> [UInt8] {
        func write<Front: ConversationFormat>(_ type: Front.Type) throws -> [UInt8] {
            var writer = Front.AnswerWriter(
                try Front.understand(front.question(stream: false)), from: target(front.wire))
            return writer.whole(events)
        }
        switch front.dialect {
        case .openAIResponses: return try write(OpenAIResponses.self)
        case .anthropicMessages: return try write(AnthropicMessages.self)
        case .gemini: return try write(Gemini.self)
        case .ollamaChat: return try write(OllamaChat.self)
        default: return try write(OpenAIChat.self)
        }
    }

    private static func quoted(_ text: String) -> String {
        String(decoding: JSONWriter.bytes { $0.string(text) }, as: UTF8.self)
    }

    private static func converse(_ events: [ModelEvent]) -> [UInt8] {
        var bytes = EventStreamBytes.event("messageStart", #"{"role":"assistant"}"#)
        var block = -1
        var kind = ""
        func open(_ new: String) -> Bool {
            guard kind != new else { return false }
            if block >= 0 { bytes += EventStreamBytes.event("contentBlockStop", #"{"contentBlockIndex":\#(block)}"#) }
            block += 1
            kind = new
            return true
        }
        func delta(_ delta: String) {
            let text = #"{"contentBlockIndex":\#(block),"delta":{\#(delta)},"p":"ab"}"#
            bytes += EventStreamBytes.event("contentBlockDelta", text)
        }
        for event in events {
            switch event {
            case .text(_, let text):
                _ = open("text")
                delta(#""text":\#(quoted(text))"#)
            case .thinking(_, let text):
                _ = open("thinking")
                delta(#""reasoningContent":{"text":\#(quoted(text))}"#)
            case .thinkingSignature(_, let text):
                delta(#""reasoningContent":{"signature":\#(quoted(text))}"#)
                kind = "signed"
            case .redactedThinking(_, let data):
                _ = open("redacted \(block)")
                delta(#""reasoningContent":{"redactedContent":\#(quoted(data))}"#)
            case .toolCall(_, let index, let id, let name, _):
                _ = open("call \(index)")
                let start = #"{"toolUse":{"toolUseId":\#(quoted(id)),"name":\#(quoted(name))}}"#
                let text = #"{"contentBlockIndex":\#(block),"start":\#(start)}"#
                bytes += EventStreamBytes.event("contentBlockStart", text)
            case .toolArguments(_, _, let text): delta(#""toolUse":{"input":\#(quoted(text))}"#)
            case .finish(_, let reason):
                _ = open("end")
                bytes += EventStreamBytes.event("messageStop", #"{"stopReason":"\#(converseWord(reason))"}"#)
            case .usage(let usage):
                let plain = usage.promptTokens - (usage.cachedTokens ?? 0) - (usage.cacheWriteTokens ?? 0)
                let counts =
                    #"{"inputTokens":\#(plain),"outputTokens":\#(usage.completionTokens),"cacheReadInputTokens":"#
                    + #"\#(usage.cachedTokens ?? 0),"cacheWriteInputTokens":\#(usage.cacheWriteTokens ?? 0)}"#
                bytes += EventStreamBytes.event("metadata", #"{"usage":\#(counts)}"#)
            case .start, .refusal, .citations, .logprobs, .audio, .leftOut: break
            }
        }
        return bytes
    }

    private static func converseWord(_ reason: FinishReason) -> String {
        switch reason {
        case .toolCalls: "tool_use"
        case .length: "max_tokens"
        case .contentFilter: "content_filtered"
        default: "end_turn"
        }
    }

    private static func cohere(_ events: [ModelEvent]) -> [UInt8] {
        var text = ""
        func record(_ type: String, _ members: String) {
            text += "event: \(type)\ndata: {\"type\":\"\(type)\",\(members)}\n\n"
        }
        var finish = "COMPLETE"
        for event in events {
            switch event {
            case .start(let id, _, _):
                record("message-start", #""id":\#(quoted(id ?? "")),"delta":{"message":{"role":"assistant"}}"#)
            case .text(_, let said):
                record("content-delta", #""index":0,"delta":{"message":{"content":{"text":\#(quoted(said))}}}"#)
            case .thinking(_, let said):
                record("content-delta", #""index":0,"delta":{"message":{"content":{"thinking":\#(quoted(said))}}}"#)
            case .toolCall(_, let index, let id, let name, _):
                let function = #"{"name":\#(quoted(name)),"arguments":""}"#
                let call = #"{"id":\#(quoted(id)),"type":"function","function":\#(function)}"#
                record("tool-call-start", #""index":\#(index),"delta":{"message":{"tool_calls":\#(call)}}"#)
            case .toolArguments(_, let index, let said):
                let call = #"{"function":{"arguments":\#(quoted(said))}}"#
                record("tool-call-delta", #""index":\#(index),"delta":{"message":{"tool_calls":\#(call)}}"#)
            case .finish(_, let reason):
                finish = reason == .toolCalls ? "TOOL_CALL" : reason == .length ? "MAX_TOKENS" : "COMPLETE"
            case .usage(let usage):
                let counts = #"{"input_tokens":\#(usage.promptTokens),"output_tokens":\#(usage.completionTokens)}"#
                record("message-end", #""delta":{"finish_reason":"\#(finish)","usage":{"tokens":\#(counts)}}"#)
            case .refusal, .thinkingSignature, .redactedThinking, .citations, .logprobs, .audio, .leftOut: break
            }
        }
        return Array(text.utf8)
    }
}
