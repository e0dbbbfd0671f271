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
        _ = try fields.choice("encoding_format", EmbeddingEncoding.allCases.map(\.rawValue))
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
        let (encoding, count) = (encoding(request), inputs(request.json["input"]))
        return UpstreamCall(
            path: "/embeddings", body: request.body(namingModel: target.model.name),
            relay: WholeAnswerRelay { body, summary throws(UpstreamFailure) in
                let json = try JSONValue.taskAnswer(body)
                _ = try OpenAIEmbeddingsUpstream.answer(json).checked(count: count)
                summary.model = json["model"]?.string
                summary.usage = TaskUsage.read(json)
                return try recoded(json, encoding)
            })
    }

    /// The same answer, byte for byte but for vectors of the other encoding than the caller asked for.
    private static func recoded(_ json: JSONValue, _ encoding: EmbeddingEncoding) throws(UpstreamFailure) -> [UInt8] {
        var splice = JSONSplice(of: json)
        for element in json["data"]?.elements.map(\.self) ?? [] {
            guard let value = element["embedding"], let vector = EmbeddingVector(value) else { continue }
            switch (vector, encoding) {
            case (.numbers, .base64), (.base64, .float): splice.replace(value, with: try vector.written(encoding))
            case (.numbers, .float), (.base64, .base64): break
            }
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
        var vectors: [[UInt8]] = []
        for vector in answer.vectors { vectors.append(try vector.written(encoding)) }
        let tokens = answer.promptTokens ?? request.needs.promptTokens
        return JSONWriter.bytes { json in
            json.object { json in
                json.member("object", "list")
                json.member(
                    "data",
                    array: { json in
                        for (index, vector) in vectors.enumerated() {
                            json.object { json in
                                json.member("object", "embedding")
                                json.member("index", index)
                                json.member("embedding", raw: vector)
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
