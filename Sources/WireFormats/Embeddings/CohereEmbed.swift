public import GatewayTypes
internal import JSON

/// `POST /v2/embed` as Cohere's clients speak it.
public enum CohereEmbed: EmbeddingFormat {
    public static func understand(_ received: ReceivedRequest) throws(GatewayError) -> ClientRequest {
        let json = try JSONValue.requestBody(received.body)
        let fields = RequestFields(json: json)
        let model = try fields.model()
        let texts = try fields.strings("texts")
        let types = try fields.strings("embedding_types") ?? ["float"]
        guard !types.isEmpty else { throw fields.wrong("embedding_types", "a non-empty array of strings") }
        _ = try fields.string("input_type")
        _ = try fields.count("output_dimension")
        _ = try fields.choice("truncate", ["NONE", "START", "END"])
        var needs = needs(texts ?? [])
        // Pictures and packed numbers are nobody else's.
        let hasPictures = json.present("images") != nil || json.present("inputs") != nil
        if hasPictures || types.contains(where: { EmbeddingEncoding(rawValue: $0) == nil }) {
            needs.wires = [.cohereChat]
            needs.promptTokens += hasPictures ? json.range.count / 64 : 0
        }
        guard texts?.isEmpty == false || hasPictures else {
            throw texts == nil ? fields.missing("texts") : fields.wrong("texts", "a non-empty array of strings")
        }
        return ClientRequest(received, json: json, model: model, stream: false, needs: needs)
    }

    static func passThrough(
        _ request: ClientRequest, to target: UpstreamTarget
    ) throws(GatewayError) -> UpstreamCall? {
        guard target.wire == .cohereChat else { return nil }
        return UpstreamCall(
            path: "/embed", body: request.body(namingModel: target.model.name),
            relay: WholeAnswerRelay { body, summary throws(UpstreamFailure) in
                let json = try JSONValue.taskAnswer(body)
                guard let kind = json["embeddings"]?.kind, kind == .object || kind == .array else {
                    throw .noAnswer("it has no embeddings")
                }
                summary.usage = CohereMeta.usage(json)
                return body
            })
    }

    static func read(_ request: ClientRequest) throws(GatewayError) -> EmbeddingRequest {
        let fields = RequestFields(json: request.json)
        var asked = EmbeddingRequest(try fields.strings("texts") ?? [])
        var known: Set = ["model", "texts", "embedding_types", "output_dimension"]
        asked.dimensions = try fields.count("output_dimension")
        asked.purpose = try fields.string("input_type").flatMap(purpose)
        if asked.purpose != nil { known.insert("input_type") }
        // That the start is cut off and not the end is no other format's to say.
        let truncation = try fields.string("truncate")
        asked.truncates = truncation == "END" ? true : truncation == "NONE" ? false : nil
        if asked.truncates != nil { known.insert("truncate") }
        asked.unknownFields = fields.unknown(besides: known)
        return asked
    }

    static func name(of field: EmbeddingField) -> String {
        switch field {
        case .dimensions: "output_dimension"
        case .purpose: "input_type"
        case .title: "title"
        case .truncation: "truncate"
        case .user: "user"
        }
    }

    static func write(
        _ answer: EmbeddingAnswer, to request: ClientRequest, _ asked: EmbeddingRequest, from target: UpstreamTarget
    ) -> [UInt8] {
        let types = request.json["embedding_types"]?.elements.compactMap { $0.string } ?? ["float"]
        let encodings = EmbeddingEncoding.allCases.filter { types.contains($0.rawValue) }
        return JSONWriter.bytes { json in
            json.object { json in
                json.member("id", target.answerID)
                json.member("texts", array: { json in for text in asked.inputs { json.string(text) } })
                json.member(
                    "embeddings",
                    object: { json in
                        for encoding in encodings {
                            json.member(
                                encoding.rawValue,
                                array: { json in for vector in answer.vectors { json.raw(vector.written(encoding)) } })
                        }
                    })
                CohereMeta.write(
                    "input_tokens", answer.promptTokens ?? request.needs.promptTokens, to: &json)
                json.member("response_type", "embeddings_by_type")
            }
        }
    }

    // MARK: - What the vectors are for

    private static let words: [(EmbeddingPurpose, String)] = [
        (.document, "search_document"), (.query, "search_query"), (.classification, "classification"),
        (.clustering, "clustering"), (.questionAnswering, "search_query"), (.factVerification, "search_query"),
        (.codeQuery, "search_query"), (.document, "document"), (.document, "passage"), (.query, "query"),
    ]

    static func word(_ purpose: EmbeddingPurpose) -> String? { words.first { $0.0 == purpose }?.1 }

    /// Cohere's word, or Voyage's and NVIDIA's.
    static func purpose(_ word: String) -> EmbeddingPurpose? { words.first { $0.1 == word }?.0 }
}

extension CohereEmbed: CohereErrors {}
