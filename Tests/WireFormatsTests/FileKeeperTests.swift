import GatewayTypes
import JSON
import Testing

@testable import WireFormats

@Suite("Files that a provider keeps")
struct FileKeeperTests {
    private static let kept = "https://generativelanguage.googleapis.com/v1beta/files/abc"

    /// Every dialect's ways to name a kept file, and what the upstreams that may be told of it are told.
    private static let asked: [(dialect: Dialect, content: String, told: [WireFormat: String])] = [
        (.openAIChat, #"{"type":"file","file":{"file_id":"file-abc"}}"#, [.openAIResponses: #""file_id":"file-abc""#]),
        (
            .openAIChat, #"{"type":"file","file":{"file_id":"\#(kept)"}}"#,
            [.gemini: #"{"fileData":{"fileUri":"\#(kept)"}}"#]
        ),
        (
            .openAIChat, #"{"type":"file","file":{"file_id":"gs://b/a.pdf"}}"#,
            [.gemini: #"{"fileData":{"mimeType":"application/pdf","fileUri":"gs://b/a.pdf"}}"#]
        ),
        (.openAIResponses, #"{"type":"input_file","file_id":"file-abc"}"#, [.openAIChat: #""file_id":"file-abc""#]),
        (.openAIResponses, #"{"type":"input_image","file_id":"file-abc"}"#, [:]),
        (
            .openAIResponses, #"{"type":"input_image","file_id":"\#(kept)"}"#,
            [.gemini: #"{"fileData":{"fileUri":"\#(kept)"}}"#]
        ),
        (.anthropicMessages, #"{"type":"image","source":{"type":"file","file_id":"file_abc"}}"#, [:]),
        (.anthropicMessages, #"{"type":"document","source":{"type":"file","file_id":"file_abc"}}"#, [:]),
        (.gemini, #"{"fileData":{"fileUri":"\#(kept)"}}"#, [:]),
        (.gemini, #"{"fileData":{"mimeType":"image/png","fileUri":"\#(kept)"}}"#, [:]),
        (.gemini, #"{"fileData":{"mimeType":"application/pdf","fileUri":"gs://b/a.pdf"}}"#, [:]),
    ]

    private static func request(_ dialect: Dialect, _ content: String) throws -> ClientRequest {
        let body =
            switch dialect {
            case .gemini: #"{"contents":[{"role":"user","parts":[{"text":"q"},\#(content)]}]}"#
            case .openAIResponses:
                #"{"model":"m","input":[{"role":"user","content":[{"type":"input_text","text":"q"},\#(content)]}]}"#
            default:
                #"{"model":"m","max_tokens":9,"messages":[{"role":"user","content":[{"type":"text","text":"q"},\#(content)]}]}"#
            }
        return try dialect.format.understand(
            ReceivedRequest(body: Array(body.utf8), path: dialect == .gemini ? "/models/m:generateContent" : ""))
    }

    @Test("Only who keeps a file is told its id; to all others it is left out and named", arguments: asked.indices)
    func toldToItsKeeperAlone(index: Int) throws {
        let (dialect, content, told) = Self.asked[index]
        let request = try Self.request(dialect, content)
        for wire in WireFormat.conversing where !dialect.speaks(wire) {
            let call = try dialect.format.call(request, to: target(wire))
            let sent = String(decoding: call.body, as: UTF8.self)
            if let words = told[wire] {
                #expect(sent.contains(words) && call.dropped.isEmpty, "\(content) to \(wire.rawValue): \(sent)")
            } else {
                let names = ["file-abc", "file_abc", "files/abc", "gs://"]
                #expect(!names.contains(where: sent.contains), "\(content) to \(wire.rawValue): \(sent)")
                #expect(!call.dropped.isEmpty, "\(content) to \(wire.rawValue)")
            }
        }
    }
}
