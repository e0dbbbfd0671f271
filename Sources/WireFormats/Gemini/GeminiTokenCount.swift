public import GatewayTypes
internal import JSON

/// `POST /models/{model}:countTokens`: how many tokens `contents`, or a whole `generateContentRequest`, would be.
public enum GeminiTokenCount: ClientFormat {
    public static func understand(_ received: ReceivedRequest) throws(GatewayError) -> ClientRequest {
        guard let path = GeminiPath(received.path), path.operation == .countTokens else {
            throw .unknownPath(received.path)
        }
        let json = try JSONValue.requestBody(received.body)
        var needs = try GeminiRequestCheck.needs(of: counted(json))
        needs.operation = .countTokens
        return ClientRequest(received, json: json, model: path.model, stream: false, needs: needs)
    }

    public static func call(_ request: ClientRequest, to target: UpstreamTarget) throws(GatewayError) -> UpstreamCall {
        guard target.wire != .gemini else { return passThrough(request, to: target) }
        var reader = GeminiConversationReader()
        let conversation = try reader.read(counted(request.json), stream: false)
        return try TokenCountCall.make(conversation, request, to: target, name: Gemini.name(of:)) { count in
            JSONWriter.bytes { $0.object { $0.member("totalTokens", count) } }
        }
    }

    /// The caller's own bytes, but for the model that a whole request names once more.
    private static func passThrough(_ request: ClientRequest, to target: UpstreamTarget) -> UpstreamCall {
        let path = GeminiUpstream.path(model: target.model.name, operation: "countTokens")
        var splice = JSONSplice(of: request.json)
        if let named = request.json.field("generateContentRequest")?["model"] {
            splice.replace(named, with: JSONWriter.bytes { $0.string(String(path.dropFirst().prefix { $0 != ":" })) })
        }
        return UpstreamCall(
            path: path, body: splice.isEmpty ? request.received.body : splice.apply(),
            relay: TokenCountRelay(key: "totalTokens"))
    }

    private static func counted(_ json: JSONValue) -> JSONValue { json.field("generateContentRequest") ?? json }

    public static func contentType(of request: ClientRequest) -> String { Gemini.contentType(of: request) }

    public static var keepAlive: [UInt8]? { Gemini.keepAlive }

    public static func errorBody(_ error: GatewayError, requestID: String) -> [UInt8] {
        Gemini.errorBody(error, requestID: requestID)
    }

    public static func streamError(_ error: GatewayError, requestID: String) -> [UInt8] {
        Gemini.streamError(error, requestID: requestID)
    }
}
