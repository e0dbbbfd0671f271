import JSON
import WireFormats

/// What a chat completion says, collected without the code under test: as simply as a client would.
struct ChatTranscript: Equatable {
    struct Choice: Equatable {
        var text = ""
        var reasoning = ""
        var refusal = ""
        var callNames: [String] = []
        var callIDs: [String] = []
        /// One for each call of a whole answer or of a stream with indices; else all of them joined.
        var arguments: [String] = []
        var finish: String?
    }

    var choices: [Int: Choice] = [:]
    var model: String?
    var promptTokens: Int?
    var completionTokens: Int?
    var cachedTokens: Int?
    var reasoningTokens: Int?

    init(whole body: [UInt8]) throws {
        let json = try JSONValue.parse(body)
        read(json)
    }

    init(stream: [UInt8]) throws {
        for line in String(decoding: stream, as: UTF8.self).split(whereSeparator: \.isNewline) {
            guard line.hasPrefix("data:") else { continue }
            let data = line.dropFirst(5)
            guard !data.contains("[DONE]") || data.count > 10 else { continue }
            read(try JSONValue.parse(Array(data.utf8)))
        }
    }

    private mutating func read(_ json: JSONValue) {
        if let model = json["model"]?.string, self.model == nil, !model.isEmpty, json["choices"]?.count ?? 0 > 0 {
            self.model = model
        }
        for choice in json["choices"]?.elements.map(\.self) ?? [] {
            let index = choice["index"]?.int ?? 0
            var read = choices[index] ?? Choice()
            if let message = [choice["delta"], choice["message"]].compactMap(\.self).first(where: { !$0.isNull }) {
                Self.read(message, into: &read)
            }
            if let word = choice["finish_reason"]?.string, !word.isEmpty, read.finish == nil { read.finish = word }
            choices[index] = read
        }
        for usage in [json["x_groq"]?["usage"], json["usage"]] {
            guard let usage, usage.kind == .object else { continue }
            promptTokens = usage["prompt_tokens"]?.int
            completionTokens = usage["completion_tokens"]?.int
            cachedTokens = usage["prompt_tokens_details"]?["cached_tokens"]?.int
            reasoningTokens = usage["completion_tokens_details"]?["reasoning_tokens"]?.int
            // OpenAI's counting: reasoning is part of the completion, cached tokens of the prompt.
            if let reasoning = reasoningTokens, let prompt = promptTokens, let completion = completionTokens,
                usage["total_tokens"]?.int == prompt + completion + reasoning || reasoning > completion
            {
                completionTokens = completion + reasoning
            }
            if let cached = cachedTokens, let prompt = promptTokens { cachedTokens = min(cached, prompt) }
        }
    }

    private static func read(_ message: JSONValue, into choice: inout Choice) {
        if let content = message["content"] {
            choice.text += content.string ?? ""
            for part in content.elements {
                choice.text += part["text"]?.string ?? ""
                for thought in part["thinking"]?.elements.map(\.self) ?? [] {
                    choice.reasoning += thought["text"]?.string ?? ""
                }
                for thought in part["summary"]?.elements.map(\.self) ?? [] {
                    choice.reasoning += thought["text"]?.string ?? ""
                }
            }
        }
        let reasoning = message["reasoning_content"]?.string ?? message["reasoning"]?.string ?? ""
        choice.reasoning += reasoning
        if choice.reasoning.isEmpty {
            for detail in message["reasoning_details"]?.elements.map(\.self) ?? [] {
                choice.reasoning += detail["text"]?.string ?? detail["summary"]?.string ?? ""
            }
        }
        choice.refusal += message["refusal"]?.string ?? ""
        for call in message["tool_calls"]?.elements.map(\.self) ?? [] {
            let function = call["function"] ?? call["custom"]
            if let id = call["id"]?.string, !id.isEmpty, !choice.callIDs.contains(id) { choice.callIDs.append(id) }
            let name = function?["name"]?.string ?? ""
            let slot = call["index"]?.int
            if !name.isEmpty {
                choice.callNames.append(name)
                choice.arguments.append("")
            }
            guard !choice.arguments.isEmpty else { continue }
            let place = name.isEmpty ? min(slot ?? .max, choice.arguments.count - 1) : choice.arguments.count - 1
            choice.arguments[place] += function?["arguments"]?.string ?? function?["input"]?.string ?? ""
        }
        if let call = message["function_call"], let name = call["name"]?.string, !name.isEmpty {
            choice.callNames.append(name)
            choice.arguments.append(call["arguments"]?.string ?? "")
        }
    }

    /// The same with what translation changes on purpose: finish words in OpenAI's vocabulary, no empty arguments.
    func normalised(whole: Bool) -> ChatTranscript {
        var same = self
        for (index, choice) in choices {
            var finish = choice.finish
            switch finish {
            case "tool_call", "function_call": finish = "tool_calls"
            case "eos": finish = "stop"
            default: break
            }
            if whole, finish == nil { finish = "stop" }
            if finish == "stop", !choice.callNames.isEmpty { finish = "tool_calls" }
            same.choices[index]?.finish = finish
            same.choices[index]?.arguments = choice.arguments.map { $0.isEmpty || $0 == "null" ? "{}" : $0 }
            same.choices[index]?.callIDs = choice.callIDs.sorted()
        }
        return same
    }
}
