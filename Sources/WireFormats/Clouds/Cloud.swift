public import GatewayTypes
internal import HTTPTypes

/// A cloud that serves other makers' formats at addresses of its own. What is said stays the maker's; where it is said, and
/// a few members of the body, are the cloud's.
public enum Cloud: Sendable, Equatable {
    /// Azure OpenAI: a model is a deployment and stands in the path.
    case azure(apiVersion: String)
    /// Amazon Bedrock's runtime.
    case bedrock
    /// Google's Vertex AI, below `/projects/P/locations/L`.
    case vertex

    /// The call as this cloud takes it.
    /// - Throws: `notFound` for an operation that the cloud does not have.
    public func hosted(
        _ call: UpstreamCall, in wire: WireFormat, model: String, stream: Bool
    ) throws(UpstreamFailure) -> UpstreamCall {
        var call = call
        switch self {
        case .azure(let version): call.path = azurePath(of: call.path, in: wire, model: model, version: version)
        case .bedrock: try hostOnBedrock(&call, in: wire, model: model, stream: stream)
        case .vertex: try hostOnVertex(&call, in: wire, model: model, stream: stream)
        }
        return call
    }

    /// Classifies an error answer that is in the cloud's words rather than the format's; `nil` where it is not.
    /// - Parameter type: the header `x-amzn-errortype`, where Amazon names the error.
    public func failure(status: Int, type: String?, body: [UInt8]) -> UpstreamFailure? {
        switch self {
        case .azure: nil
        case .bedrock: BedrockFailure.read(status: status, type: type, body: body)
        case .vertex: GeminiFailure.googles(status: status, body: body)
        }
    }

    /// A path without its query.
    private static func operation(_ path: String) -> Substring { path.prefix { $0 != "?" } }

    private func azurePath(of path: String, in wire: WireFormat, model: String, version: String) -> String {
        if wire == .anthropicMessages { return "/anthropic/v1\(path)" }
        let query = "?api-version=\(PathSegment.escaped(version))"
        // Responses are asked by a model in the body, at the resource itself.
        if path.hasPrefix("/responses") { return "/openai\(path)\(query)" }
        return "/openai/deployments/\(PathSegment.escaped(model))\(path)\(query)"
    }

    private func hostOnBedrock(
        _ call: inout UpstreamCall, in wire: WireFormat, model: String, stream: Bool
    ) throws(UpstreamFailure) {
        switch wire {
        case .anthropicMessages:
            let operation = Self.operation(call.path)
            guard operation == "/messages" || operation == TokenCountCall.anthropicPath else {
                throw .missingOperation(call.path, at: "Amazon Bedrock")
            }
            let beta = call.headers["anthropic-beta"]
            call.headers["anthropic-beta"] = nil
            call.body = HostedMessages.body(
                call.body, version: "bedrock-2023-05-31", without: ["model", "stream"], beta: beta)
            guard operation == "/messages" else {
                call.path = BedrockTokenCount.path(model: model)
                call.body = BedrockTokenCount.invoking(call.body)
                call.relay = RewordedRelay(call.relay, BedrockTokenCount.anthropicAnswer)
                return
            }
            call.path = "/model/\(PathSegment.escaped(model))/invoke\(stream ? "-with-response-stream" : "")"
            call.relay = InvokeRelay(call.relay)
        case .openAIChat, .openAICompletions, .openAIResponses: call.path = "/openai/v1\(call.path)"
        case .bedrockConverse, .cohereChat, .gemini, .ollamaChat: return
        }
    }

    private func hostOnVertex(
        _ call: inout UpstreamCall, in wire: WireFormat, model: String, stream: Bool
    ) throws(UpstreamFailure) {
        switch wire {
        case .anthropicMessages:
            let models = "/publishers/anthropic/models"
            switch Self.operation(call.path) {
            case "/messages":
                let operation = stream ? "streamRawPredict" : "rawPredict"
                call.path = "\(models)/\(PathSegment.escaped(model, keeping: "@")):\(operation)"
                call.body = HostedMessages.body(call.body, version: "vertex-2023-10-16", without: ["model"], beta: nil)
            case Substring(TokenCountCall.anthropicPath):
                call.path = "\(models)/count-tokens:rawPredict"
                call.body = HostedMessages.body(call.body, version: "vertex-2023-10-16", without: [], beta: nil)
            default: throw .missingOperation(call.path, at: "Vertex AI")
            }
        case .gemini:
            if call.path.hasPrefix("/models/") { call.path = "/publishers/google\(call.path)" }
            try VertexEmbeddings.host(&call, model: model)
        case .openAIChat, .openAICompletions, .openAIResponses: call.path = "/endpoints/openapi\(call.path)"
        case .bedrockConverse, .cohereChat, .ollamaChat: return
        }
    }
}

extension UpstreamFailure {
    fileprivate static func missingOperation(_ path: String, at cloud: String) -> UpstreamFailure {
        UpstreamFailure(.notFound, message: "\(cloud) does not serve \(path) for this model.")
    }
}
