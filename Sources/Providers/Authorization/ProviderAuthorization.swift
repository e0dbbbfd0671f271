internal import GatewayTypes
internal import HTTPClient
internal import HTTPTypes
internal import Telemetry
internal import WireFormats

/// How each provider's requests carry its key. What signs a request or is fetched first is done last, when the request is
/// finished: `authorize`.
struct ProviderAuthorization: Sendable {
    let tokens: GoogleTokens

    static func headers(for candidate: Candidate, contentType: String) -> HTTPHeaders {
        var headers = HTTPHeaders()
        headers.reserve(fields: 8, bytes: 320)
        headers.append("content-type", contentType)
        let key = candidate.credential.key
        switch candidate.provider.cloud {
        case .azure:
            let name = candidate.wire == .anthropicMessages ? "x-api-key" : "api-key"
            if !key.isEmpty { headers.append(name, key.reveal()) }
            if candidate.wire == .anthropicMessages { headers.append("anthropic-version", "2023-06-01") }
        case .bedrock, .vertex: break
        case nil:
            switch candidate.wire {
            case .openAIChat, .openAICompletions, .openAIResponses, .ollamaChat, .cohereChat, .bedrockConverse:
                if !key.isEmpty { headers.append("authorization", "Bearer " + key.reveal()) }
            case .anthropicMessages:
                headers.append("anthropic-version", "2023-06-01")
                if !key.isEmpty { headers.append("x-api-key", key.reveal()) }
            case .gemini:
                if !key.isEmpty { headers.append("x-goog-api-key", key.reveal()) }
            }
        }
        for field in candidate.provider.headers { headers[field.name] = field.value }
        return headers
    }

    /// Signs a finished request, or adds the token that is fetched for its key.
    func authorize(_ request: inout HTTPClientRequest, for candidate: Candidate) async throws(UpstreamFailure) {
        let key = candidate.credential.key
        guard !key.isEmpty else { return }
        switch candidate.provider.cloud {
        case .bedrock:
            guard let account = AmazonKey(key) else { throw AmazonKey.malformed }
            switch account {
            case .bearer(let token): request.headers["authorization"] = "Bearer \(token)"
            case .pair(let pair):
                let signer = AmazonSignature(
                    key: pair, region: candidate.provider.region ?? "", service: "bedrock", now: WallClock.now())
                signer.sign(&request)
            }
        case .vertex: request.headers["authorization"] = "Bearer \(try await tokens.token(for: key))"
        case .azure, nil: return
        }
    }

    /// What a refusal of the key makes doubtful: a token that was fetched for it.
    func forget(_ candidate: Candidate) async {
        if case .vertex? = candidate.provider.cloud { await tokens.forget(candidate.credential.key) }
    }
}

extension ProviderConfiguration {
    /// The cloud that a provider is, if it is one.
    var cloud: Cloud? {
        switch kind {
        case "azure": .azure(apiVersion: apiVersion ?? "")
        case "bedrock": .bedrock
        case "vertex": .vertex
        default: nil
        }
    }
}
