public import GatewayTypes
internal import JSON

/// `POST /v1/embeddings` as OpenAI's clients speak it. Their Python library asks for base64 unless told otherwise.
public enum OpenAIEmbeddings: EmbeddingFormat {
    public static func understand(_ received: ReceivedRequest) throws(GatewayError) -> ClientRequest {
        let json = try JSONValue.requestBody(received.body)
        let fields = RequestFields(json: json)
        let model = try fields.model()
        guard let input = json.present("input") else { throw fields.missing("input") }
        var needs = needs([])
        try count(input, fields, &needs)
        _ = try fields.count("dimensions")
        // Other encodings than OpenAI's are for the providers that have them.
        if let word = try fields.string("encoding_format"), EmbeddingEncoding(rawValue: word) == nil {
            needs.wires = [.openAIChat]
        }
        _ = try fields.string("user")
        return ClientRequest(received, json: json, model: model, stream: false, needs: needs)
    }

    /// A text, numbers of tokens, or a list of either. Anything else is for the providers that know it.
    private static func count(
        _ input: JSONValue, _ fields: RequestFields, _ needs: inout RequestNeeds
    ) throws(GatewayError) {
        switch input.kind {
        case .string:
            guard !input.isString("") else { throw fields.wrong("input", "a non-empty string") }
            needs.promptTokens = (input.range.count + 1) / 4
        case .array where input.count > 0 && input[0]?.kind == .number:
            try count(tokens: input, "input", fields, &needs)
        case .array where input.count > 0:
            var position = 0
            for element in input.elements {
                let place = "input[\(position)]"
                switch element.kind {
                case .string: needs.promptTokens += (element.range.count + 1) / 4
                case .array: try count(tokens: element, place, fields, &needs)
                case .object:
                    needs.promptTokens += element.range.count / 64 + 1
                    needs.wires = [.openAIChat]
                case .number, .bool, .null: throw fields.wrong(place, "a string or an array of token numbers")
                }
                position += 1
            }
        case .array, .object, .number, .bool, .null:
            throw fields.wrong("input", "a string or a non-empty array of strings or token numbers")
        }
    }

    private static func count(
        tokens: JSONValue, _ place: String, _ fields: RequestFields, _ needs: inout RequestNeeds
    ) throws(GatewayError) {
        guard tokens.count > 0, tokens.elements.allSatisfy({ $0.int.map { $0 >= 0 } ?? false }) else {
            throw fields.wrong(place, "a non-empty array of token numbers")
        }
        needs.promptTokens += tokens.count
        needs.wires = [.openAIChat]
    }

    private static func inputs(_ input: JSONValue?) -> Int {
        guard let input, input.kind == .array, input[0]?.kind != .number else { return 1 }
        return input.count
    }

    private static func encoding(_ request: ClientRequest) -> EmbeddingEncoding {
        request.json["encoding_format"]?.string.flatMap(EmbeddingEncoding.init) ?? .float
    }

    // MARK: - Through

    static func passThrough(
        _ request: ClientRequest, to target: UpstreamTarget
    ) throws(GatewayError) -> UpstreamCall? {
        guard target.wire == .openAIChat else { return nil }
        let wantsBase64 = request.json["encoding_format"]?.isString(EmbeddingEncoding.base64.rawValue) ?? false
        let count = inputs(request.json["input"])
        return UpstreamCall(
            path: "/embeddings", body: request.body(namingModel: target.model.name),
            relay: WholeAnswerRelay { body, summary throws(UpstreamFailure) in
                let json = try JSONValue.taskAnswer(body)
                summary.model = json["model"]?.string
                summary.usage = TaskUsage.read(json)
                return try passed(json, count: count, wantsBase64: wantsBase64)
            })
    }

    /// The same answer, byte for byte but for lists of numbers in the place of the base64 that the caller asked for.
    private static func passed(_ json: JSONValue, count: Int, wantsBase64: Bool) throws(UpstreamFailure) -> [UInt8] {
        guard let data = json["data"], data.kind == .array, data.count == count else {
            throw .noAnswer("it has not \(count) vectors")
        }
        var splice = JSONSplice(of: json)
        for element in data.elements {
            guard let value = element["embedding"] else { throw .noAnswer("a vector is missing") }
            let vector = EmbeddingVector(value)
            guard vector != nil || value.kind == .string && !value.isString("") else {
                throw .noAnswer("a vector is neither numbers nor base64")
            }
            if wantsBase64, let vector { splice.replace(value, with: vector.written(.base64)) }
        }
        return splice.isEmpty ? json.source : splice.apply()
    }

    // MARK: - In other words

    private static let known: Set = ["model", "input", "dimensions", "encoding_format", "user"]

    static func read(_ request: ClientRequest) throws(GatewayError) -> EmbeddingRequest {
        let fields = RequestFields(json: request.json)
        guard let input = request.json.present("input") else { throw fields.missing("input") }
        let texts = if let text = input.string { [text] } else { try fields.strings("input") ?? [] }
        var asked = EmbeddingRequest(texts)
        asked.dimensions = try fields.count("dimensions")
        asked.user = try fields.string("user")
        // Not OpenAI's, but what services of its shape call the purpose.
        let purpose = try fields.string("input_type")
        asked.purpose = purpose.flatMap(CohereEmbed.purpose)
        asked.unknownFields = fields.unknown(
            besides: purpose != nil && asked.purpose == nil ? known : known.union(["input_type"]))
        return asked
    }

    static func name(of field: EmbeddingField) -> String {
        switch field {
        case .dimensions: "dimensions"
        case .purpose: "input_type"
        case .title: "title"
        case .truncation: "truncate"
        case .user: "user"
        }
    }

    static func write(
        _ answer: EmbeddingAnswer, to request: ClientRequest, _ asked: EmbeddingRequest, from target: UpstreamTarget
    ) throws(UpstreamFailure) -> [UInt8] {
        let encoding = encoding(request)
        let tokens = answer.promptTokens ?? request.needs.promptTokens
        return JSONWriter.bytes { json in
            json.object { json in
                json.member("object", "list")
                json.member(
                    "data",
                    array: { json in
                        for (index, vector) in answer.vectors.enumerated() {
                            json.object { json in
                                json.member("object", "embedding")
                                json.member("index", index)
                                json.member("embedding", raw: vector.written(encoding))
                            }
                        }
                    })
                json.member("model", answer.model ?? target.model.name)
                json.member(
                    "usage",
                    object: { json in
                        json.member("prompt_tokens", tokens)
                        json.member("total_tokens", tokens)
                    })
            }
        }
    }
}

extension OpenAIEmbeddings: OpenAIErrors {}
