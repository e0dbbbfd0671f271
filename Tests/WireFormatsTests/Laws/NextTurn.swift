import GatewayTypes
import JSON

@testable import WireFormats

/// The request that follows an answer, as the dialects' own libraries send it: what came is put behind what was asked, as it
/// came, with a result for each call.
enum NextTurn {
    /// - Parameter answer: whole, as the caller got it.
    static func request(_ front: ConversationFront, after answer: [UInt8]) throws -> ReceivedRequest {
        let json = try JSONValue.parse(answer)
        let calls = UpstreamReading(try front.events(of: answer, stream: false)).calls
        let question = #"{"role":"user","content":"q"}"#
        var path = ""
        var body: String
        func turn(_ value: JSONValue?) -> String { value?.compactText ?? "null" }
        func list(_ turns: [String]) -> String { "[\(turns.joined(separator: ","))]" }
        switch front.dialect {
        case .anthropicMessages:
            let results = calls.map { #"{"type":"tool_result","tool_use_id":\#(quoted($0.id)),"content":"r"}"# }
            let content = results.isEmpty ? #""and?""# : list(results)
            let said = #"{"role":"assistant","content":\#(turn(json["content"]))}"#
            body =
                #"{"max_tokens":9000,"messages":\#(list([question, said, #"{"role":"user","content":\#(content)}"#]))"#
        case .gemini:
            path = "/models/m:generateContent"
            let results = calls.map {
                let response = #"{"id":\#(quoted($0.id)),"name":\#(quoted($0.name)),"response":{"output":"r"}}"#
                return #"{"functionResponse":\#(response)}"#
            }
            let parts = list(results.isEmpty ? [#"{"text":"and?"}"#] : results)
            let turns = [
                #"{"role":"user","parts":[{"text":"q"}]}"#, turn(json["candidates"]?[0]?["content"]),
                #"{"role":"user","parts":\#(parts)}"#,
            ]
            body = #"{"contents":\#(list(turns))"#
        case .openAIResponses:
            let output = json["output"]?.elements.map { turn($0) } ?? []
            let results = calls.map {
                #"{"type":"function_call_output","call_id":\#(quoted($0.id)),"output":"r"}"#
            }
            body = #"{"input":\#(list([question] + output + results + [question]))"#
        case .ollamaChat:
            let results = calls.map { #"{"role":"tool","tool_name":\#(quoted($0.name)),"content":"r"}"# }
            body = #"{"stream":false,"messages":\#(list([question, turn(json["message"])] + results + [question]))"#
        default:
            let results = calls.map { #"{"role":"tool","tool_call_id":\#(quoted($0.id)),"content":"r"}"# }
            let said = turn(json["choices"]?[0]?["message"])
            body = #"{"messages":\#(list([question, said] + results + [question]))"#
        }
        body += front.dialect == .gemini ? "}" : #","model":"m"}"#
        return ReceivedRequest(body: Array(body.utf8), path: path)
    }

    private static func quoted(_ text: String?) -> String {
        String(decoding: JSONWriter.bytes { $0.string(text ?? "") }, as: UTF8.self)
    }
}
