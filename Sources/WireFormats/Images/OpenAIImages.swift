public import GatewayTypes
internal import HTTPTypes
internal import JSON

/// `POST /v1/images/generations`, `/edits` and `/variations`. A request need not name a model: then it is the configured
/// one.
public enum OpenAIImages: OpenAIErrors {
    public static func understand(_ received: ReceivedRequest) throws(GatewayError) -> ClientRequest {
        var needs = RequestNeeds()
        switch received.path {
        case "/images/edits": needs.operation = .imageEdit
        case "/images/variations": needs.operation = .imageVariation
        default: needs.operation = .imageGeneration
        }
        let isForm = received.headers["content-type"]?.lowercased().hasPrefix("multipart/") ?? false
        guard isForm || needs.operation == .imageVariation else { return try understand(json: received, needs) }
        return try understand(form: received, needs)
    }

    private static func understand(
        json received: ReceivedRequest, _ needs: RequestNeeds
    ) throws(GatewayError) -> ClientRequest {
        var needs = needs
        let json = try JSONValue.requestBody(received.body)
        let fields = RequestFields(json: json)
        let model = try fields.model(or: received.defaultModels.image, called: "image_model")
        needs.promptTokens = (try fields.text("prompt").utf8.count + 3) / 4
        needs.choiceCount = try fields.count("n", 1...128) ?? 1
        for name in ["size", "quality", "style", "background", "output_format", "response_format", "user"] {
            _ = try fields.string(name)
        }
        let stream = try fields.bool("stream") ?? false
        return ClientRequest(received, json: json, model: model, stream: stream, needs: needs)
    }

    private static func understand(
        form received: ReceivedRequest, _ needs: RequestNeeds
    ) throws(GatewayError) -> ClientRequest {
        var needs = needs
        let fields = try FormFields(received)
        let model = try fields.model(or: received.defaultModels.image, called: "image_model")
        _ = try fields.fileBytes("image")
        let prompt = try fields.text("prompt")
        guard needs.operation == .imageVariation || prompt?.isEmpty == false else { throw fields.missing("prompt") }
        // What a picture is counted as depends on the model; its bytes do not tell.
        needs.promptTokens = 800 + ((prompt?.utf8.count ?? 0) + 3) / 4
        needs.choiceCount = try fields.count("n", 1...128) ?? 1
        return try ClientRequest(
            received, form: fields.form, model: model, stream: try fields.bool("stream"), needs: needs)
    }

    public static func call(_ request: ClientRequest, to target: UpstreamTarget) throws(GatewayError) -> UpstreamCall {
        if target.wire == .gemini, request.needs.operation != .imageVariation {
            return try GeminiImages.call(request, to: target)
        }
        guard target.wire == .openAIChat else { throw .unserved(request.needs.operation) }
        let whole = WholeAnswerRelay(ofListIn: ["data"]) { .images($0["data"]?.count ?? 0) }
        let relay: any AnswerRelay =
            request.stream
            ? EventPassThrough(until: ["image_generation.completed", "image_edit.completed"], orElse: whole) : whole
        return request.handedOn(to: target, relay: relay)
    }
}
