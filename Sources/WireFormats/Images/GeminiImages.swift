internal import GatewayTypes
internal import JSON

/// OpenAI's image requests to Google's models: Gemini's draw in a conversation (`generateContent`), in which they are shown
/// what they shall change; Imagen's are asked by `predict`. The picture comes in the answer, never as an address.
enum GeminiImages {
    static func call(_ request: ClientRequest, to target: UpstreamTarget) throws(GatewayError) -> UpstreamCall {
        let model = target.model.name
        let isImagen = model.split(separator: "/").last?.hasPrefix("imagen") == true
        let isEdit = request.needs.operation == .imageEdit
        guard !isEdit || !isImagen else { throw .unserved(.imageEdit) }
        let asked = GeminiImageRequest(request, isImagen: isImagen, editing: isEdit ? try EditedImages(request) : nil)
        let (stream, created) = (request.stream, target.created)
        return UpstreamCall(
            path: GeminiUpstream.path(model: model, operation: isImagen ? "predict" : "generateContent"),
            body: asked.body, dropped: asked.dropped,
            relay: WholeAnswerRelay { body, summary throws(UpstreamFailure) in
                let answer = try GeminiImageAnswer(try .answer(body), isImagen: isImagen)
                summary.measure = .images(answer.images.count)
                summary.model = answer.model
                summary.usage = answer.usage
                return stream ? answer.events(created: created, isEdit: isEdit) : answer.body(created: created)
            })
    }
}
