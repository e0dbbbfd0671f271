import GatewayTypes
import JSON

@testable import WireFormats

/// What an upstream of `wire` is sent for a body, and what its answer becomes.
struct Asked {
    let call: UpstreamCall
    let sent: JSONValue

    init<Format: ClientFormat>(_ format: Format.Type, _ body: String, _ wire: WireFormat, model: String = "up") throws {
        call = try Format.call(try Format.understand(Array(body.utf8)), to: target(wire, model: model))
        sent = try JSONValue.parse(call.body)
    }

    var sentText: String { String(decoding: call.body, as: UTF8.self) }

    func answer(_ text: String) throws -> (json: JSONValue, text: String, summary: AnswerSummary) {
        var relay = call.relay
        let body = try relay.whole(Array(text.utf8))
        return (try JSONValue.parse(body), String(decoding: body, as: UTF8.self), relay.summary)
    }
}

/// An answer with the vectors [1.5,-2] and [0.25,3e1], as each format has it.
let embeddingAnswers: [WireFormat: String] = [
    .openAIChat: """
    {"object":"list","data":[{"object":"embedding","index":1,"embedding":[0.25,3e1]},
    {"object":"embedding","index":0,"embedding":[1.5,-2]}],"model":"served","usage":{"prompt_tokens":9,"total_tokens":9}}
    """,
    .gemini: #"{"embeddings":[{"values":[1.5,-2]},{"values":[0.25,3e1]}],"usageMetadata":{"promptTokenCount":9}}"#,
    .ollamaChat: #"{"model":"served","embeddings":[[1.5,-2],[0.25,3e1]],"total_duration":5,"prompt_eval_count":9}"#,
    .cohereChat: """
    {"id":"x","texts":["a","b"],"embeddings":{"float":[[1.5,-2],[0.25,3e1]]},"meta":{"billed_units":{"input_tokens":9}},
    "response_type":"embeddings_by_type"}
    """,
]
