internal import GatewayTypes
internal import JSON

/// OpenAI's image requests to Google's models: Gemini's draw in a conversation (`generateContent`), Imagen's are asked by
/// `predict`. The picture comes in the answer, never as an address.
enum GeminiImages {
    static func call(_ request: ClientRequest, to target: UpstreamTarget) -> UpstreamCall {
        let model = target.model.name
        let isImagen = model.split(separator: "/").last?.hasPrefix("imagen") == true
        let asked = GeminiImageRequest(request, isImagen: isImagen)
        let (stream, created) = (request.stream, target.created)
        return UpstreamCall(
            path: GeminiUpstream.path(model: model, operation: isImagen ? "predict" : "generateContent"),
            body: asked.body, dropped: asked.dropped,
            relay: WholeAnswerRelay { body, summary throws(UpstreamFailure) in
                let answer = try GeminiImageAnswer(try .answer(body), isImagen: isImagen)
                summary.measure = .images(answer.images.count)
                summary.model = answer.model
                summary.usage = answer.usage
                return stream ? answer.events(created: created) : answer.body(created: created)
            })
    }
}
