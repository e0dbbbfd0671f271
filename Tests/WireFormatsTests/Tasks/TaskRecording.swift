import GatewayTypes
import HTTPTypes
import JSON

@testable import WireFormats

/// A recorded exchange with its request.
struct TaskRecording: Sendable {
    var file: String
    var url: String
    var status: Int
    /// The answer's media type.
    var type: String
    var body: [UInt8]
    private var requestType: String
    private var requestBody: [UInt8]?

    static func all(_ endpoint: String) -> [TaskRecording] {
        let providers = [
            "azure", "cohere", "google", "groq", "llamacpp", "mistral", "ollama", "openai", "openrouter", "perplexity",
            "together", "venice", "vertex", "vllm", "voyage", "xai",
        ]
        return UpstreamRecordings.all(providers, endpoint: endpoint).compactMap { TaskRecording($0) }
    }

    private init?(_ recording: UpstreamRecordings.Recording) {
        guard let value = UpstreamRecordings.value(of: recording.file) else { return nil }
        (file, url, status, body) = (recording.file, recording.url, recording.status, recording.body)
        func type(_ side: String) -> String {
            value[side]?["headers"]?.members.first { $0.key.lowercased() == "content-type" }?.value.string ?? ""
        }
        self.type = type("response")
        requestType = type("request")
        let sent = value["request"]?.present("body")
        requestBody = sent?["base64"]?.string.flatMap { Base64.decode($0) } ?? sent?.raw
    }

    /// The request as a client of this gateway would send it; `nil` where it was not recorded, or a form without its bytes.
    func request(path: String) -> ReceivedRequest? {
        guard let requestBody, !requestType.hasPrefix("multipart/") || requestBody.starts(with: "--".utf8) else {
            return nil
        }
        var received = ReceivedRequest(body: requestBody, path: path, headers: ["content-type": requestType])
        received.defaultModels.moderation = "default"
        received.defaultModels.image = "default"
        return received
    }
}
