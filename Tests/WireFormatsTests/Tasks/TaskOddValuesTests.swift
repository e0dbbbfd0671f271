import GatewayTypes
import HTTPTypes
import JSON
import Testing

@testable import WireFormats

/// Whatever stands in any place of a request or an answer that is no conversation, nothing traps: it is read, refused or
/// passed over, and what is written is JSON.
@Suite("Odd values besides conversations")
struct TaskOddValuesTests {
    private static let requests: [(Dialect, String)] = [
        (
            .openAIEmbeddings,
            #"{"model":"m","input":["a","b"],"dimensions":3,"encoding_format":"base64","user":"u","input_type":"query"}"#
        ),
        (.openAIEmbeddings, #"{"model":"m","input":[1,2,3]}"#),
        (
            .cohereEmbed,
            #"{"model":"m","texts":["a","b"],"input_type":"search_query","embedding_types":["float"],"output_dimension":3,"truncate":"END"}"#
        ),
        (
            .rerank,
            #"{"model":"m","query":"q","documents":["a",{"text":"b"}],"top_n":1,"return_documents":true,"max_tokens_per_doc":9}"#
        ),
        (.cohereRerank, #"{"model":"m","query":"q","documents":["a","b"],"top_n":1,"max_tokens_per_doc":9}"#),
        (.openAIModerations, #"{"model":"m","input":["a"]}"#),
        (.openAIImages, #"{"model":"m","prompt":"p","n":1,"stream":true,"size":"auto"}"#),
        (.openAISpeech, #"{"model":"m","input":"a","voice":"v","speed":1.0,"stream_format":"audio"}"#),
    ]

    private func received(_ text: String) -> ReceivedRequest {
        ReceivedRequest(body: Array(text.utf8), path: "/models/m:batchEmbedContents")
    }

    @Test("In requests", arguments: requests)
    func inRequests(dialect: Dialect, text: String) throws {
        for odd in OddValues(text: text) {
            guard let asked = try? dialect.format.understand(received(odd)) else { continue }
            for wire in WireFormat.allCases
            where wire.can(asked.needs.operation) && asked.needs.wires?.contains(wire) ?? true {
                guard let call = try? dialect.format.call(asked, to: target(wire)) else { continue }
                #expect(throws: Never.self, "\(odd)") { try JSONValue.parse(call.body) }
            }
        }
    }

    private static let answers: [WireFormat: [String]] = [
        .openAIChat: [
            embeddingAnswers[.openAIChat]!,
            #"{"model":"m","results":[{"index":1,"relevance_score":0.9,"document":{"text":"b"}}],"usage":{"total_tokens":7,"prompt_tokens":7}}"#,
        ],
        .bedrockConverse: [#"{"embedding":[1.5,-2],"inputTextTokenCount":3}"#, #"{"embeddings":[[1.5],[2]]}"#],
        .gemini: [embeddingAnswers[.gemini]!, #"{"promptFeedback":{"blockReason":"SAFETY"}}"#],
        .ollamaChat: [embeddingAnswers[.ollamaChat]!],
        .cohereChat: [
            embeddingAnswers[.cohereChat]!,
            #"{"id":"x","results":[{"index":0,"relevance_score":0.5}],"meta":{"billed_units":{"search_units":1,"input_tokens":4}}}"#,
        ],
    ]

    @Test("In answers", arguments: answers.keys)
    func inAnswers(wire: WireFormat) throws {
        for (dialect, text) in Self.requests {
            let asked = try dialect.format.understand(received(text))
            guard wire.can(asked.needs.operation), asked.needs.wires?.contains(wire) ?? true else { continue }
            guard let call = try? dialect.format.call(asked, to: target(wire)) else { continue }
            for answer in try #require(Self.answers[wire]) {
                for odd in OddValues(text: answer.replacing("\n", with: "")) {
                    var relay = call.relay
                    guard let body = try? relay.whole(Array(odd.utf8)) else { continue }
                    #expect(throws: Never.self, "\(odd)") { try JSONValue.parse(body) }
                    #expect(relay.summary.usage.map { $0 == $0.clamped() } ?? true)
                }
            }
        }
    }

    @Test("Every format that can embed by routing's word has words for it", arguments: WireFormat.allCases)
    func agreement(wire: WireFormat) {
        #expect(wire.can(.embedding) == (wire.embeddings != nil))
    }
}
