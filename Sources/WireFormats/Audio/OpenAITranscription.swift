public import GatewayTypes
internal import JSON

/// `POST /v1/audio/transcriptions` and `/translations`: a recording is written down, as JSON, as a text, as subtitles, or
/// as events while it is listened to.
public enum OpenAITranscription: OpenAIErrors {
    public static func understand(_ received: ReceivedRequest) throws(GatewayError) -> ClientRequest {
        let fields = try FormFields(received)
        let model = try fields.model()
        var needs = RequestNeeds()
        needs.operation = received.path == "/audio/translations" ? .translation : .transcription
        needs.maxTokens = 0
        // About ten tokens a second of speech, and four thousand bytes a second of a packed recording.
        needs.promptTokens = 100 + (try fields.fileBytes("file")) / 400
        let prompt = try fields.text("prompt")
        needs.promptTokens += ((prompt?.utf8.count ?? 0) + 3) / 4
        let format = try fields.text("response_format")
        if format?.isEmpty == true { throw ChatRequestCheck.wrong("response_format", "a non-empty string") }
        return try ClientRequest(
            received, form: fields.form, model: model, stream: try fields.bool("stream"), needs: needs)
    }

    public static func call(_ request: ClientRequest, to target: UpstreamTarget) throws(GatewayError) -> UpstreamCall {
        guard target.wire == .openAIChat else { throw .unserved(request.needs.operation) }
        let format = try request.form?.text("response_format", in: request.received.body)
        let whole = TranscriptCheck.relay(isText: ["text", "srt", "vtt"].contains(format))
        let relay: any AnswerRelay =
            request.stream ? EventPassThrough(until: ["transcript.text.done"], orElse: whole) : whole
        return request.handedOn(to: target, relay: relay)
    }
}
