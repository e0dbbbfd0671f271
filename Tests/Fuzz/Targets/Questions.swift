internal import HTTPTypes
internal import WireFormats

/// Requests that every dialect understands, to begin with.
enum Questions {
    private static let turn = #""messages":[{"role":"user","content":"q"}]"#
    private static let boundary = "b1"

    /// The plainest, for the sake of its answer.
    static func plain(_ dialect: Dialect, stream: Bool) -> ReceivedRequest {
        let text =
            switch dialect {
            case .gemini: #"{"contents":[{"parts":[{"text":"q"}]}]}"#
            case .openAIResponses: #"{"model":"m","input":"q","stream":\#(stream)}"#
            case .anthropicMessages: #"{"model":"m","max_tokens":9,"stream":\#(stream),\#(turn)}"#
            case .openAICompletions, .ollamaGenerate: #"{"model":"m","prompt":"q","stream":\#(stream)}"#
            default: #"{"model":"m","stream":\#(stream),\#(turn)}"#
            }
        return received(dialect, Array(text.utf8), stream: stream)
    }

    /// Bytes as they come to the dialect's path.
    static func received(_ dialect: Dialect, _ bytes: [UInt8], stream: Bool = false) -> ReceivedRequest {
        var request = ReceivedRequest(body: bytes, path: path(dialect, stream: stream))
        if dialect == .gemini, stream { request.query = "alt=sse" }
        let isForm = bytes.starts(with: "--".utf8)
        request.headers = ["content-type": isForm ? "multipart/form-data; boundary=\(boundary)" : "application/json"]
        return request
    }

    private static func path(_ dialect: Dialect, stream: Bool) -> String {
        switch dialect {
        case .gemini: "/models/m:\(stream ? "streamGenerateContent" : "generateContent")"
        case .geminiTokenCount: "/models/m:countTokens"
        case .geminiEmbeddings: "/models/m:batchEmbedContents"
        case .openAIImages: "/images/edits"
        case .openAITranscription: "/audio/transcriptions"
        default: "/\(dialect.rawValue)"
        }
    }

    /// What a dialect is asked, as far as no file tells it.
    static func texts(_ dialect: Dialect) -> [String] {
        switch dialect {
        case .openAIChat, .openAIResponses, .gemini, .ollamaChat: []
        case .anthropicMessages, .anthropicTokenCount:
            [#"{"model":"m","max_tokens":9,"system":[{"type":"text","text":"s"}],\#(turn),"tools":[{"name":"t"}]}"#]
        case .geminiTokenCount:
            [#"{"contents":[{"parts":[{"text":"q"}]}]}"#, #"{"generateContentRequest":{"contents":[]}}"#]
        case .geminiEmbeddings:
            [#"{"requests":[{"model":"models/m","content":{"parts":[{"text":"a"}]},"outputDimensionality":8}]}"#]
        case .ollamaEmbed: [#"{"model":"m","input":["a","b"],"truncate":true,"options":{"num_ctx":9}}"#]
        case .ollamaGenerate: [#"{"model":"m","prompt":"q","system":"s","images":["iVBORw0KGgo="],"think":true}"#]
        case .openAICompletions: [#"{"model":"m","prompt":["a","b"],"max_tokens":9,"logprobs":2,"stop":["x"]}"#]
        case .openAIEmbeddings: [#"{"model":"m","input":["a",[1,2]],"encoding_format":"base64","dimensions":9}"#]
        case .openAIInputTokens: [#"{"model":"m","input":"q","instructions":"s"}"#]
        case .openAIModerations: [#"{"model":"m","input":[{"type":"text","text":"a"}]}"#]
        case .openAISpeech: [#"{"model":"m","input":"a","voice":"v","response_format":"mp3"}"#]
        case .openAIImages, .openAITranscription: [form]
        case .cohereEmbed: [#"{"model":"m","texts":["a"],"input_type":"search_query","embedding_types":["float"]}"#]
        case .cohereRerank, .rerank: [#"{"model":"m","query":"q","documents":["a",{"text":"b"}],"top_n":1}"#]
        }
    }

    private static let form =
        "--b1\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nm\r\n--b1\r\nContent-Disposition: form-data; "
        + "name=\"file\"; filename=\"a.wav\"\r\nContent-Type: audio/wav\r\n\r\nRIFF\r\n--b1\r\nContent-Disposition: "
        + "form-data; name=\"prompt\"\r\n\r\nhi\r\n--b1--\r\n"

    static let configuration = """
        // Comments are allowed.
        { providers: { openai: { type: 'openai', endpoint: "https://api.openai.com/v1", api_key: "env:K",
                                 models: [{ name: "a", context_length: 128000, pricing: { prompt: .15, completion: 0.6, } }] },
                       cloud: { type: "bedrock", api_key: "A:B", region: "eu-west-1" } },
          rotations: { fast: { strategy: "weighted", providers: [{ provider_id: "openai", models: [{ name: "a", weight: +3 }] }] } },
          autoselects: { auto: { selection_model: "internal", fallback: "rotation/fast", available_models: [
                         { model_id: "rotation/fast", description: "sh\\u006frt \\
        questions", priority: 0x10 } ] } },
          tiers: { default: { limits: { requests_per_minute: 600, usd_per_day: 1e1 } } }, server: { max_body_bytes: 2048 } }
        """
}
