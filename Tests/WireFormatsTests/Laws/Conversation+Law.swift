import GatewayTypes

@testable import WireFormats

extension Conversation {
    /// The same in the form that laws compare: who said what in order, without where one message ends and the next begins,
    /// and without the names of tools beside the ids of their calls.
    var said: Conversation {
        var said = self
        said.messages = []
        for message in messages {
            for (place, part) in message.content.enumerated() {
                var alone = Message(message.role, [Self.bare(part)], name: message.name)
                if case .toolResult = part { alone.role = .tool }
                alone.cacheMarks[0] = message.cacheMarks[place]
                said.messages.append(alone)
            }
        }
        return said
    }

    private static func bare(_ part: ContentPart) -> ContentPart {
        guard case .toolResult(var result) = part else { return part }
        result.name = nil
        return .toolResult(result)
    }

    /// Without what one format has to say and another leaves to its reader: the type of what an address leads to, and that a
    /// tool is not strict.
    var withoutDefaults: Conversation {
        var bare = self
        for place in bare.tools.indices where bare.tools[place].strict == false { bare.tools[place].strict = nil }
        for place in bare.messages.indices {
            bare.messages[place].content = bare.messages[place].content.map { part in
                guard case .image(.url(let address, _), let detail) = part else { return part }
                return .image(.url(address, type: nil), detail: detail)
            }
        }
        return bare
    }

    /// With one more thing said.
    func saying(_ field: ConversationField) -> Conversation {
        var more = self
        let text = ContentPart.text("A text.")
        func user(_ part: ContentPart) { more.messages.append(Message(.user, [part, text])) }
        func assistant(_ part: ContentPart) {
            more.messages += [Message(.assistant, [part, text]), Message(.user, [text])]
        }
        func call(_ call: ToolCall, _ result: [ContentPart], isError: Bool = false) {
            more.messages.append(Message(.assistant, [.toolCall(call)]))
            more.messages.append(
                Message(.tool, [.toolResult(ToolResult(callID: "c1", name: "t", content: result, isError: isError))]))
        }
        let plain = ToolCall(id: "c1", name: "tool_0", arguments: "{}")
        let image = ContentPart.image(.inline(type: "image/png", data: "iVBORw0KGgo="), detail: nil)
        let schema = RawJSON(#"{"type":"object"}"#)
        switch field {
        case .toolChoice: more.toolChoice = .required
        case .parallelToolCalls: more.parallelToolCalls = false
        case .toolStrict: more.tools[0].strict = true
        case .maxTokens: more.sampling.maxTokens = 77
        case .temperature: more.sampling.temperature = 0.5
        case .topP: more.sampling.topP = 0.5
        case .topK: more.sampling.topK = 5
        case .frequencyPenalty: more.sampling.frequencyPenalty = 0.5
        case .presencePenalty: more.sampling.presencePenalty = 0.5
        case .seed: more.sampling.seed = 7
        case .stop: more.sampling.stop = ["END"]
        case .logitBias: more.sampling.logitBias = RawJSON(#"{"1":2}"#)
        case .responseFormat: more.responseFormat = .jsonObject
        case .reasoning: more.reasoning = ReasoningOptions(effort: "low")
        case .choiceCount: more.choiceCount = 2
        case .logprobs: more.logprobs = true
        case .topLogprobs: (more.logprobs, more.topLogprobs) = (true, 2)
        case .user: more.user = "u"
        case .metadata: more.metadata = RawJSON(#"{"a":"b"}"#)
        case .serviceTier: more.serviceTier = "flex"
        case .verbosity: more.verbosity = "low"
        case .promptCacheKey: more.promptCacheKey = "k"
        case .participantName: more.messages.append(Message(.user, [text], name: "ann"))
        case .imageDetail: user(.image(.inline(type: "image/png", data: "iVBORw0KGgo="), detail: "high"))
        case .audio: user(.audio(.inline(type: "audio/wav", data: "UklGRg==")))
        case .video: user(.video(.inline(type: "video/mp4", data: "AAAA")))
        case .document: user(.document(.inline(type: "application/pdf", data: "JVBERg=="), name: nil))
        case .documentName: user(.document(.inline(type: "application/pdf", data: "JVBERg=="), name: "a.pdf"))
        case .image: user(image)
        case .fileID: user(.image(.file(id: "file-1", keptBy: .openAI), detail: nil))
        case .refusal: assistant(.refusal("No."))
        case .thinking: assistant(.thinking(Thinking(text: "Hm.")))
        case .toolResultImage: call(plain, [text, image])
        case .toolError: call(plain, [text], isError: true)
        case .callSignature: call(ToolCall(id: "c1", name: "tool_0", arguments: "{}", signature: "c2ln"), [text])
        case .cacheControl: more.messages[more.messages.count - 1].cacheMarks[0] = CacheMark()
        case .schemaStrict:
            more.responseFormat = .jsonSchema(name: "response", schema: schema, strict: true, description: nil)
        case .schemaDescription:
            more.responseFormat = .jsonSchema(name: "response", schema: schema, strict: nil, description: "About.")
        }
        return more
    }
}
