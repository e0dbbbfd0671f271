internal import GatewayTypes
internal import JSON
internal import Routing
internal import WireFormats

/// The bodies of `GET /v1/models` and `GET /v1/models/{id}` in the dialect of the path, with what is known of each model.
enum ModelList {
    /// - Throws: `malformedRequest` for a page that cannot be asked for.
    static func body(
        of models: [OfferedModel], in dialect: Dialect, query: String?, created: Int
    ) throws(GatewayError) -> [UInt8] {
        switch dialect {
        case .anthropicMessages: try AnthropicModelList.body(of: models, query: query, created: created)
        case .gemini: GeminiModelList.body(of: models, query: query)
        case .ollamaChat: OllamaModelList.tags(of: models, created: created)
        default: body(of: models, created: created)
        }
    }

    static func body(of model: OfferedModel, as id: String, in dialect: Dialect, created: Int) -> [UInt8] {
        switch dialect {
        case .anthropicMessages: AnthropicModelList.body(of: model, as: id, created: created)
        case .gemini: GeminiModelList.body(of: model, as: id)
        default: body(of: model, as: id, created: created)
        }
    }

    // MARK: - OpenAI

    private static func body(of models: [OfferedModel], created: Int) -> [UInt8] {
        JSONWriter.bytes { json in
            json.object { json in
                json.member("object", "list")
                json.member(
                    "data",
                    array: { json in
                        for model in models { write(model, as: model.id, created, to: &json) }
                    })
            }
        }
    }

    private static func body(of model: OfferedModel, as id: String, created: Int) -> [UInt8] {
        JSONWriter.bytes { write(model, as: id, created, to: &$0) }
    }

    private static func write(_ model: OfferedModel, as id: String, _ created: Int, to json: inout JSONWriter) {
        json.object { json in
            json.member("id", id)
            json.member("object", "model")
            json.member("created", created)
            json.member("owned_by", model.ownedBy)
            if let length = model.contextLength {
                json.member("context_length", length)
                json.member("max_context_length", length)
            }
            if let most = model.maxTokens { json.member("max_tokens", most) }
            if let pricing = model.pricing {
                json.member(
                    "pricing",
                    object: { json in
                        json.member("prompt", pricing.prompt.description)
                        json.member("completion", pricing.completion.description)
                    })
            }
            writeForMistral(model, to: &json)
        }
    }

    /// Mistral's clients refuse a model of which they are not told these.
    private static func writeForMistral(_ model: OfferedModel, to json: inout JSONWriter) {
        let capabilities = model.capabilities ?? ["tools", "vision"]
        json.member("type", "base")
        json.member(
            "capabilities",
            object: { json in
                json.member("completion_chat", true)
                json.member("function_calling", capabilities.contains("tools"))
                json.member("vision", capabilities.contains("vision"))
                json.member("reasoning", capabilities.contains("reasoning"))
                json.member("audio", capabilities.contains("audio"))
            })
    }
}
